import { expect, test } from 'vitest';
import { NEW, specOf } from './draft';

test('an untouched draft leaves every choice to the service', () => {
  expect(specOf('ds_a', 'y', NEW)).toEqual({
    dataset_id: 'ds_a',
    target: 'y',
    task: 'auto',
    budget: { seconds: 300 },
    seed: 0,
  });
});

test('what is chosen is sent in the shape of the job', () => {
  const spec = specOf('ds_a', 'y', {
    ...NEW,
    task: 'multiclass',
    metric: 'f1_macro',
    seconds: 60,
    preset: 'fast',
    testShare: 0.2,
    split: 'group',
    splitColumn: 'house',
    exclude: ['id'],
    families: ['linear'],
    configurations: [{ family: 'linear', params: { c: '0,5', penalty: 'l1', fit: 'true', empty: ' ' } }],
    seed: '7',
    name: ' mine ',
  });
  expect(spec).toEqual({
    dataset_id: 'ds_a',
    target: 'y',
    task: 'multiclass',
    metric: 'f1_macro',
    budget: { seconds: 60 },
    preset: 'fast',
    test: { share: 0.2 },
    split: { kind: 'group', column: 'house' },
    exclude: ['id'],
    families: ['linear'],
    configurations: [{ family: 'linear', params: { c: 0.5, penalty: 'l1', fit: true } }],
    seed: 7,
    name: 'mine',
  });
});

test('a split that takes no column is sent none', () => {
  expect(specOf('d', 'y', { ...NEW, split: 'random', splitColumn: 'x' }).split).toEqual({
    kind: 'random',
    column: null,
  });
});
