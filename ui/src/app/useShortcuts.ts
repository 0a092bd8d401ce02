import { useLayoutEffect, useRef } from 'react';
import { useNavigate } from 'react-router';

/** Letters that follow `g`, and where they lead. */
export const GO: Readonly<Record<string, string>> = { h: '/', d: '/datasets', j: '/jobs', m: '/models' };
const FOLLOWS_MS = 1_500;

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable="true"]') !== null;

/** Ctrl+K, `?`, `/` and `g` with a letter; none of them while a person types. */
export function useShortcuts({ palette, list }: { palette: () => void; list: () => void }): void {
  const navigate = useNavigate();
  const act = useRef({ palette, list });
  act.current = { palette, list };
  // Before the frame can be seen: a key pressed at its sight is heard.
  useLayoutEffect(() => {
    let began = 0;
    const onKey = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        act.current.palette();
        return;
      }
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      const to = GO[event.key];
      if (to && Date.now() - began < FOLLOWS_MS) {
        event.preventDefault();
        navigate(to);
      } else if (event.key === '?') {
        act.current.list();
      } else if (event.key === '/') {
        event.preventDefault();
        // A screen marks its own search; without one, everything is searched.
        const field = document.querySelector<HTMLInputElement>('main [data-search] input, main input[data-search]');
        if (field) field.focus();
        else act.current.palette();
      }
      began = event.key === 'g' ? Date.now() : 0;
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [navigate]);
}
