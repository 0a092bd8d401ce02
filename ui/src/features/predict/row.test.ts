import { expect, test } from 'vitest';
import type { ColumnProfile, Profile } from '@/api/types';
import { curlOf, pythonOf } from './question';
import { choicesOf, controlOf, flagsOf, numberOf, ranked, readJson, rowOf, typicalRow } from './row';

const column = (name: string, more: Partial<ColumnProfile>): ColumnProfile => ({
  name,
  type: 'number',
  missing: 0,
  missing_share: 0,
  distinct: null,
  distinct_exact: false,
  id_like: false,
  constant: false,
  ...more,
});
const features = [
  { name: 'age', type: 'number' },
  { name: 'rooms', type: 'integer' },
  { name: 'sex', type: 'category' },
  { name: 'paid', type: 'boolean' },
  { name: 'seen', type: 'date' },
  { name: 'note', type: 'text' },
];
const profile: Profile = {
  rows: 10,
  columns: [
    column('age', { quantiles: { '0.5': 28.123456 }, mean: 30 }),
    column('rooms', { mean: 2.6 }),
    column('sex', {
      top: [
        { value: 'male', count: 6 },
        { value: 'female', count: 4 },
      ],
    }),
    column('paid', { top: [{ value: 'true', count: 6 }] }),
    column('seen', { min: '2020-01-01T00:00:00Z', max: '2024-05-06T00:00:00Z' }),
  ],
};

test('a form starts with values that are nothing special', () => {
  expect(typicalRow(features, profile)).toEqual({
    age: '28.12',
    rooms: '3',
    sex: 'male',
    paid: 'true',
    seen: '2024-05-06',
    note: '',
  });
  expect(Object.values(typicalRow(features, undefined)).join('')).toBe('');
});

test('each type has its control, and a date with a time asks for the time', () => {
  const found = features.map((feature) =>
    controlOf(
      feature,
      profile.columns.find(({ name }) => name === feature.name),
    ),
  );
  expect(found).toEqual(['number', 'number', 'choice', 'boolean', 'day', 'text']);
  const moment = column('seen', { max: '2024-05-06T12:30:00Z' });
  expect(controlOf({ name: 'seen', type: 'date' }, moment)).toBe('moment');
  expect(choicesOf(profile.columns[2])).toEqual(['male', 'female']);
});

test('texts become values of their types, empty ones missing values, wrong ones faults', () => {
  const good = { age: '28,5', rooms: '3', sex: ' ', paid: 'false', seen: '2024-05-06', note: '12' };
  expect(rowOf(features, good)).toEqual({
    row: { age: 28.5, rooms: 3, sex: null, paid: false, seen: '2024-05-06', note: '12' },
    faults: {},
  });
  const { row, faults } = rowOf(features, { age: 'old', rooms: '2.5', seen: 'soon' });
  expect(faults).toEqual({ age: 'number', rooms: 'integer', seen: 'date' });
  expect(row.age).toBe('old');
});

test('numbers are read as people write them', () => {
  expect(['1', ' -2.5 ', '3,25', '1e3', '1,234,567', '', 'x', 'Infinity'].map(numberOf)).toEqual([
    1,
    -2.5,
    3.25,
    1000,
    null,
    null,
    null,
    null,
  ]);
});

test('JSON goes into the form; strange names and broken JSON are told', () => {
  expect(readJson(features, '{"age": 3, "sex": null, "paid": true, "aeg": 1}')).toEqual({
    texts: { age: '3', sex: '', paid: 'true' },
    others: ['aeg'],
  });
  expect(readJson(features, '[{"age": 3}]')).toEqual({ texts: { age: '3' }, others: [] });
  expect(readJson(features, '{')).toHaveProperty('broken');
  expect(readJson(features, '3')).toHaveProperty('broken');
});

test('flags are parted, and many classes summed up', () => {
  expect(flagsOf(['unseen_category:a:b', 'odd'])).toEqual({ unseen: ['a:b'], other: ['odd'] });
  expect(ranked({ a: 0.2, b: 0.5, c: 0.3 })).toEqual([
    ['b', 0.5],
    ['c', 0.3],
    ['a', 0.2],
  ]);
  expect(ranked({ a: 0.25, b: 0.5, c: 0.25 }, 2)).toEqual([
    ['b', 0.5],
    [null, 0.5],
  ]);
});

test('programs ask the same, whatever is in the values', () => {
  const question = {
    origin: 'http://127.0.0.1:8400',
    model: 'mdl_1@champion',
    rows: [{ name: 'O\'Neil "x"', age: null, paid: true }],
    proba: true,
  };
  expect(curlOf(question)).toContain(`O'\\''Neil`);
  expect(curlOf(question)).toContain('/v1/models/mdl_1%40champion/predict');
  expect(pythonOf(question)).toContain('"age": None,');
  expect(pythonOf(question)).toContain('"paid": True,');
  expect(pythonOf(question)).toContain('proba=True');
});
