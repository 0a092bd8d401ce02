import { expect, test } from 'vitest';
import type { Model, ModelVersion } from '@/api/types';
import { chosenOf, differenceOf, latestOf, MOST, membersOf, toggled } from './comparing';

const version = (name: string, features: string[] = [], members: { name: string; weight: number }[] = []) =>
  ({
    version: name,
    features: features.map((each) => ({ name: each, type: 'number' })),
    members,
  }) as unknown as ModelVersion;

const all = ['1', '2', '3', '4', '5', '6'].map((name) => version(name));

test('the address names versions in its order; unknown and double ones fall out', () => {
  expect(chosenOf('3,1,9,3', all).map((each) => each.version)).toEqual(['3', '1']);
  expect(chosenOf(null, all)).toEqual([]);
  expect(chosenOf('1,2,3,4,5', all)).toHaveLength(MOST);
});

test('a choice comes and goes, and the oldest makes room', () => {
  const four = ['1', '2', '3', '4'];
  expect(toggled(four, '2')).toEqual(['1', '3', '4']);
  expect(toggled(four, '6')).toEqual(['2', '3', '4', '6']);
});

test('features are compared with the first version', () => {
  expect(differenceOf(version('1', ['a', 'b']), version('2', ['b', 'c']))).toEqual({ added: ['c'], removed: ['a'] });
});

test('members are listed by weight', () => {
  const found = membersOf(
    version(
      '1',
      [],
      [
        { name: 'x', weight: 0.2 },
        { name: 'y', weight: 0.8 },
      ],
    ),
  );
  expect(found.map(({ name }) => name)).toEqual(['y', 'x']);
});

test('models are compared by their newest versions; one without any falls out', () => {
  const models = [
    { id: 'a', latest: version('3') },
    { id: 'b', latest: null },
    { id: 'c', latest: version('1') },
  ] as unknown as Model[];
  expect(latestOf('c,b,a,z', models).map((each) => each.version)).toEqual(['1', '3']);
  expect(latestOf(null, models)).toEqual([]);
});
