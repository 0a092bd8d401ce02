import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { HttpResponse, http } from 'msw';
import { expect, test } from 'vitest';
import type { ModelVersion, Profile } from '@/api/types';
import { server } from '@/test/server';
import { show } from '@/test/show';
import { RowPanel } from './RowPanel';

const version = {
  model_id: 'mdl_1',
  version: '1',
  task: 'regression',
  target: 'price',
  features: [
    { name: 'age', type: 'number' },
    { name: 'town', type: 'category' },
  ],
} as unknown as ModelVersion;
const profile = {
  rows: 2,
  columns: [
    { name: 'age', type: 'number', quantiles: { '0.5': 30 }, min: 1, max: 80 },
    { name: 'town', type: 'category', top: [{ value: 'Ulm', count: 2 }] },
  ],
} as unknown as Profile;

const panel = (view: 'form' | 'json' = 'form') => (
  <RowPanel version={version} profile={profile} model="mdl_1@1" view={view} />
);
const unexplained = http.post('/v1/models/:model/explain', () => HttpResponse.json({}, { status: 404 }));

test('the form is sent with its types; the answer comes with its interval and flags in words', async () => {
  let sent: unknown;
  server.use(
    unexplained,
    http.post('/v1/models/:model/predict', async ({ request, params }) => {
      sent = [params.model, await request.json()];
      return HttpResponse.json({
        model_id: 'mdl_1',
        version: '1',
        predictions: [12.5],
        probabilities: null,
        intervals: [[10, 15]],
        flags: [['unseen_category:town']],
        warnings: [],
      });
    }),
  );
  show(panel());
  await userEvent.clear(screen.getByLabelText('town'));
  await userEvent.click(screen.getByRole('button', { name: 'Predict' }));
  expect((await screen.findByTestId('prediction')).textContent).toBe('12.5');
  expect(sent).toEqual(['mdl_1@1', { rows: [{ age: 30, town: null }], proba: false }]);
  expect(screen.getByText('between 10 and 15')).toBeTruthy();
  expect(screen.getByText(/never met this value of “town”/)).toBeTruthy();
  // A service that cannot explain has no such part.
  expect(screen.queryByText('Why')).toBeNull();
});

test('what the service refuses is said at its column, and the values stay', async () => {
  const refusal = {
    status: 422,
    code: 'wrong_type',
    detail: 'Values do not fit.',
    errors: [{ message: 'is no number here', column: 'age', row: 1 }],
  };
  server.use(
    unexplained,
    http.post('/v1/models/:model/predict', () => HttpResponse.json(refusal, { status: 422 })),
  );
  show(panel());
  await userEvent.click(screen.getByRole('button', { name: 'Predict' }));
  expect(await screen.findByText('The row could not be predicted')).toBeTruthy();
  const field = screen.getByLabelText('age');
  expect(field.getAttribute('aria-invalid')).toBe('true');
  expect(field).toHaveProperty('value', '30');
});

test('a wrong number is not sent at all', async () => {
  show(panel());
  const field = screen.getByLabelText('age');
  await userEvent.clear(field);
  await userEvent.type(field, 'old');
  await userEvent.click(screen.getByRole('button', { name: 'Predict' }));
  expect(screen.getByText('needs a number')).toBeTruthy();
  expect(screen.getByText('No prediction yet')).toBeTruthy();
});

test('JSON is the same row, and broken JSON cannot be sent', async () => {
  show(panel('json'));
  const field = screen.getByLabelText('Row as JSON');
  expect(JSON.parse((field as HTMLTextAreaElement).value)).toEqual({ age: 30, town: 'Ulm' });
  await userEvent.clear(field);
  await userEvent.type(field, '{{');
  expect(screen.getByRole('button', { name: 'Predict' })).toHaveProperty('disabled', true);
});
