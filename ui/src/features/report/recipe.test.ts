import { expect, test } from 'vitest';
import { pythonCode, quoted, shellCode } from './recipe';

test('what a shell would take apart is quoted', () => {
  expect(quoted('plain_1.csv')).toBe('plain_1.csv');
  expect(quoted("it's; rm -rf")).toBe("'it'\\''s; rm -rf'");
});

test('code says what differs from the defaults', () => {
  const spec = { dataset_id: 'ds_1', target: 'a "b"', budget: { seconds: 60 }, exclude: ['x y'], seed: 7 } as never;
  const code = pythonCode(spec, 'mdl_1@2');
  expect(code).toContain('automl.fit("ds_1", target="a \\"b\\"", budget="60s", seed=7, exclude=["x y"])');
  expect(code).not.toContain('families');
  expect(shellCode(spec, 'mdl_1@2')).toContain(
    `automl fit ds_1 --target 'a "b"' --budget 60s --seed 7 --exclude 'x y'`,
  );
});
