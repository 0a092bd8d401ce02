import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const root = path.resolve('src');
const PLURALS = /_(zero|one|two|few|many|other)$/;
const FORMS: Record<string, string[]> = { en: ['one', 'other'], zh: ['other'], ru: ['few', 'many', 'one', 'other'] };

function words(language: string): Map<string, string> {
  const folder = path.join(root, 'i18n', language);
  const found = new Map<string, string>();
  const walk = (prefix: string, body: object) => {
    for (const [name, value] of Object.entries(body)) {
      if (typeof value === 'string') found.set(prefix + name, value);
      else walk(`${prefix}${name}.`, value);
    }
  };
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.json'))) {
    walk(`${file.slice(0, -5)}:`, JSON.parse(readFileSync(path.join(folder, file), 'utf8')));
  }
  return found;
}

const languages = { en: words('en'), zh: words('zh'), ru: words('ru') };
const bare = (found: Map<string, string>) =>
  [...new Set([...found.keys()].map((key) => key.replace(PLURALS, '')))].sort();
const names = (text: string) => [...text.matchAll(/\{\{(\w+)/g)].map((match) => match[1]).sort();

test.each(['zh', 'ru'] as const)('%s has exactly the words of English', (language) => {
  expect(bare(languages[language])).toEqual(bare(languages.en));
});

test.each(['en', 'zh', 'ru'] as const)('%s: no text is empty, every plural form is there', (language) => {
  const found = languages[language];
  const forms = new Map<string, string[]>();
  for (const [key, text] of found) {
    expect(text.trim(), key).not.toBe('');
    const plural = PLURALS.exec(key);
    if (plural?.[1]) forms.set(key.replace(PLURALS, ''), [...(forms.get(key.replace(PLURALS, '')) ?? []), plural[1]]);
  }
  for (const [key, given] of forms) expect(given.sort(), key).toEqual(FORMS[language]);
});

test.each(['zh', 'ru'] as const)('%s fills in the same values', (language) => {
  for (const [key, text] of languages[language]) {
    const english = languages.en.get(key) ?? languages.en.get(key.replace(PLURALS, '_other'));
    expect(names(text), key).toEqual(names(english ?? ''));
  }
});

test('every word that a source asks for by name is there', () => {
  const known = new Set(bare(languages.en));
  const missing: string[] = [];
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    if (!/\.tsx?$/.test(entry.name) || entry.name.includes('.test.')) continue;
    const text = readFileSync(path.join(entry.parentPath, entry.name), 'utf8');
    for (const [, key] of text.matchAll(/[^\w]t\(\s*'([\w.:-]+)'/g)) {
      if (key && !known.has(key.includes(':') ? key : `shell:${key}`)) missing.push(`${entry.name}: ${key}`);
    }
  }
  expect(missing).toEqual([]);
});
