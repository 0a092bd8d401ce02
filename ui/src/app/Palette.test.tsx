import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { HttpResponse, http } from 'msw';
import { beforeEach, expect, test, vi } from 'vitest';
import { server } from '@/test/server';
import { show } from '@/test/show';
import { Palette } from './Palette';

/** A list as the service has it: looked through one thing at a time, newest first. */
const list = (path: string, items: { id: string; [name: string]: unknown }[]) =>
  http.get(path, ({ request }) => {
    const { searchParams } = new URL(request.url);
    const words = searchParams.get('search') ?? '';
    const at = Number(searchParams.get('cursor') ?? 0);
    const seen = words ? items.slice(at, at + 1) : items;
    const next = at + seen.length;
    return HttpResponse.json({
      items: seen.filter((each) => JSON.stringify(each).toLowerCase().includes(words)),
      cursor: next < items.length ? String(next) : null,
    });
  });

beforeEach(() => {
  server.use(
    list('/v1/jobs', [
      { id: 'job_b', name: 'newer', target: 'other' },
      { id: 'job_a', name: null, target: 'Survived', dataset: 'titanic' },
    ]),
    list('/v1/models', [{ id: 'mdl_a', name: 'churn' }]),
    list('/v1/datasets', [{ id: 'ds_a', name: '<b>people</b>' }]),
  );
});

test('screens and recent things are found by name or id, and shown as text', async () => {
  show(<Palette open onClose={() => undefined} />);
  expect(await screen.findByRole('option', { name: /<b>people<\/b>/ })).toBeTruthy();
  await userEvent.type(screen.getByRole('combobox'), 'surv');
  const hits = () => screen.getAllByRole('option').map((each) => each.textContent);
  await waitFor(() => expect(hits()).toEqual(['Survivedjob_a']));
  // What the service finds by something that is not shown, behind a page that held nothing.
  await userEvent.clear(screen.getByRole('combobox'));
  await userEvent.type(screen.getByRole('combobox'), 'titan');
  await waitFor(() => expect(hits()).toEqual(['Survivedjob_a']));
  await userEvent.clear(screen.getByRole('combobox'));
  await userEvent.type(screen.getByRole('combobox'), 'nothing like it');
  expect(await screen.findByText('Nothing found for “nothing like it”')).toBeTruthy();
});

test('the chosen one is opened by the keyboard', async () => {
  const onClose = vi.fn();
  show(<Palette open onClose={onClose} />);
  await screen.findByRole('option', { name: /churn/ });
  await userEvent.type(screen.getByRole('combobox'), 'mdl_a{Enter}');
  expect(onClose).toHaveBeenCalledOnce();
});
