import { act, renderHook } from '@testing-library/react';
import { beforeEach, expect, test } from 'vitest';
import { forgetPreferences, usePreference, writePreference } from './storage';

beforeEach(() => localStorage.clear());

test('what the page has kept is forgotten, and nothing else', () => {
  localStorage.setItem('automl.language', 'ru');
  localStorage.setItem('automl.theme', 'dark');
  localStorage.setItem('another', 'stays');
  forgetPreferences();
  expect(Object.keys(localStorage)).toEqual(['another']);
});

test('a choice is followed while it is shown; one that is not known counts as none', () => {
  const { result } = renderHook(() => usePreference('density', ['comfortable', 'compact']));
  expect(result.current).toBe('comfortable');
  act(() => writePreference('density', 'compact'));
  expect(result.current).toBe('compact');
  act(() => writePreference('density', 'gone since'));
  expect(result.current).toBe('comfortable');
  act(() => writePreference('density', 'compact'));
  act(forgetPreferences);
  expect(result.current).toBe('comfortable');
});
