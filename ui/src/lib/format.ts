/** Numbers, times and sizes in the reader's language. Nothing here holds a word of its own. */
const cached = new Map<string, Intl.NumberFormat>();

function numbers(language: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = language + JSON.stringify(options);
  let found = cached.get(key);
  if (!found) {
    found = new Intl.NumberFormat(language, options);
    cached.set(key, found);
  }
  return found;
}

export interface Formats {
  /** A whole number with groups. */
  integer(value: number): string;
  /** A number of so many significant digits at most. */
  number(value: number, digits?: number): string;
  /** A score: four decimals, so that columns align. */
  score(value: number | null | undefined): string;
  /** A share: one decimal unless told otherwise, also where it is a zero, so that columns align. */
  percent(share: number, digits?: number): string;
  bytes(value: number): string;
  /** Seconds as `45 s`, `3 min 20 s`, `2 h 5 min`. */
  duration(seconds: number): string;
  dateTime(value: string | number | Date): string;
  time(value: string | number | Date): string;
  /** How long ago, or in how long. */
  relative(value: string | number | Date, now?: number): string;
}

const BYTE_UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

export function formatsFor(language: string): Formats {
  const unit = (value: number, name: string, digits = 0) =>
    numbers(language, {
      style: 'unit',
      unit: name,
      unitDisplay: 'short',
      maximumFractionDigits: digits,
    }).format(value);
  return {
    integer: (value) => numbers(language, { maximumFractionDigits: 0 }).format(value),
    number: (value, digits = 4) =>
      value !== 0 && (Math.abs(value) >= 1e9 || Math.abs(value) < 1e-4)
        ? numbers(language, { notation: 'scientific', maximumSignificantDigits: digits }).format(value)
        : numbers(language, { maximumSignificantDigits: digits }).format(value),
    score: (value) =>
      value === null || value === undefined
        ? '–'
        : Math.abs(value) >= 1000
          ? numbers(language, { maximumSignificantDigits: 6 }).format(value)
          : numbers(language, { minimumFractionDigits: 4, maximumFractionDigits: 4 }).format(value),
    percent: (share, digits = 1) =>
      numbers(language, {
        style: 'percent',
        minimumFractionDigits: digits,
        maximumFractionDigits: digits,
      }).format(share),
    bytes: (value) => {
      let step = 0;
      let left = value;
      while (left >= 1000 && step < BYTE_UNITS.length - 1) {
        left /= 1000;
        step += 1;
      }
      return unit(left, BYTE_UNITS[step] ?? 'byte', left < 10 && step > 0 ? 1 : 0);
    },
    duration: (seconds) => {
      if (seconds < 10) return unit(Math.max(0, seconds), 'second', 1);
      const whole = Math.round(seconds);
      if (whole < 60) return unit(whole, 'second');
      if (whole < 3600) {
        const rest = whole % 60;
        return unit(Math.floor(whole / 60), 'minute') + (rest ? ` ${unit(rest, 'second')}` : '');
      }
      const minutes = Math.round((whole % 3600) / 60);
      return unit(Math.floor(whole / 3600), 'hour') + (minutes ? ` ${unit(minutes, 'minute')}` : '');
    },
    dateTime: (value) =>
      new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(value)),
    time: (value) => new Intl.DateTimeFormat(language, { timeStyle: 'medium' }).format(new Date(value)),
    relative: (value, now = Date.now()) => {
      const seconds = (new Date(value).getTime() - now) / 1000;
      const format = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
      const size = Math.abs(seconds);
      if (size < 60) return format.format(Math.round(seconds), 'second');
      if (size < 3600) return format.format(Math.round(seconds / 60), 'minute');
      if (size < 86_400) return format.format(Math.round(seconds / 3600), 'hour');
      return format.format(Math.round(seconds / 86_400), 'day');
    },
  };
}
