import { expect, test } from 'vitest';
import { forgetPreferences } from './preferences';

test('what the page has kept is forgotten, and nothing else', () => {
  localStorage.setItem('automl.language', 'ru');
  localStorage.setItem('automl.theme', 'dark');
  localStorage.setItem('another', 'stays');
  forgetPreferences();
  expect(Object.keys(localStorage)).toEqual(['another']);
});
