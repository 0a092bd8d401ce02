import { expect, test } from 'vitest';
import { strongest } from './strongest';

const columns = ['a', 'b', 'c'].map((name) => ({ name, type: 'number' }));

test('each pair comes once, the strongest first whatever its sign; unknown ones never', () => {
  const values = [
    [1, 0.2, -0.9],
    [0.2, 1, null],
    [-0.9, null, 1],
  ];
  expect(strongest({ columns, values }, 5)).toEqual([
    { left: 'a', right: 'c', value: -0.9 },
    { left: 'a', right: 'b', value: 0.2 },
  ]);
  expect(strongest({ columns, values }, 1)).toHaveLength(1);
  expect(strongest({ columns: [], values: [] }, 5)).toEqual([]);
});
