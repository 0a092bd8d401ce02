/** Lines of a job's log: which are shown, and how they look in a file. */
import type { LogLevel, LogLine } from '@/api/types';

/** From the least grave one. */
export const LEVELS: readonly LogLevel[] = ['debug', 'info', 'warning', 'error'];

/** Those that hold all the words, in any case and order. */
export function matching(lines: readonly LogLine[], words: string): readonly LogLine[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  if (wanted.length === 0) return lines;
  return lines.filter(({ message, source, level }) => {
    const text = `${level} ${source} ${message}`.toLowerCase();
    return wanted.every((word) => text.includes(word));
  });
}

/** One line of text each: moment, level, who says it, what. */
export const asText = (lines: readonly LogLine[]): string =>
  lines
    .map(({ at, level, source, message }) => `${at} ${level.toUpperCase().padEnd(7)} ${source}: ${message}\n`)
    .join('');
