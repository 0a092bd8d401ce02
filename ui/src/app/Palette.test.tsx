import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { HttpResponse, http } from 'msw';
import { beforeEach, expect, test, vi } from 'vitest';
import { server } from '@/test/server';
import { show } from '@/test/show';
import { Palette } from './Palette';

beforeEach(() => {
  const page = (items: object[]) => HttpResponse.json({ items, cursor: null });
  server.use(
    http.get('/v1/jobs', () => page([{ id: 'job_a', name: null, target: 'Survived' }])),
    http.get('/v1/models', () => page([{ id: 'mdl_a', name: 'churn' }])),
    http.get('/v1/datasets', () => page([{ id: 'ds_a', name: '<b>people</b>' }])),
  );
});

test('screens and recent things are found by name or id, and shown as text', async () => {
  show(<Palette open onClose={() => undefined} />);
  expect(await screen.findByRole('option', { name: /<b>people<\/b>/ })).toBeTruthy();
  await userEvent.type(screen.getByRole('combobox'), 'surv');
  expect(screen.getAllByRole('option').map((each) => each.textContent)).toEqual(['Survivedjob_a']);
  await userEvent.clear(screen.getByRole('combobox'));
  await userEvent.type(screen.getByRole('combobox'), 'nothing like it');
  expect(screen.getByText('Nothing found for “nothing like it”')).toBeTruthy();
});

test('the chosen one is opened by the keyboard', async () => {
  const onClose = vi.fn();
  show(<Palette open onClose={onClose} />);
  await screen.findByRole('option', { name: /churn/ });
  await userEvent.type(screen.getByRole('combobox'), 'mdl_a{Enter}');
  expect(onClose).toHaveBeenCalledOnce();
});
