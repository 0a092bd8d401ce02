import { expect, test } from 'vitest';
import { formatsFor } from './format';

test.each(['en', 'zh-Hans'])('%s: shares that stand under one another have the same decimals', (language) => {
  const { percent } = formatsFor(language);
  expect([0, 0.0004, 0.71, 0.7149, 0.999, 1].map((share) => percent(share))).toEqual([
    '0.0%',
    '0.0%',
    '71.0%',
    '71.5%',
    '99.9%',
    '100.0%',
  ]);
  expect([0, 0.25, 1].map((share) => percent(share, 0))).toEqual(['0%', '25%', '100%']);
});

test('a language that writes shares in its own way keeps the decimals too', () => {
  expect(formatsFor('ru').percent(0.71).replace(/\s/g, ' ')).toBe('71,0 %');
});

test('scores have four decimals, also the round ones', () => {
  const { score } = formatsFor('en');
  expect([0.5, 0.87125, -1, 1234.5678, null].map((value) => score(value))).toEqual([
    '0.5000',
    '0.8713',
    '-1.0000',
    '1,234.57',
    '–',
  ]);
});
