import TextField from '@mui/material/TextField';
import { useEffect, useRef, useState } from 'react';

interface Props {
  label: string;
  /** What the address says. */
  value: string;
  onChange: (words: string) => void;
  mostPx?: number;
}

/** The words a list is searched for, kept in the address. The field holds its own: the address follows a moment later. */
export function SearchField({ label, value, onChange, mostPx = 420 }: Props) {
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(value);
  useEffect(() => {
    // Who types is ahead of the address.
    if (document.activeElement !== input.current) setText(value);
  }, [value]);
  return (
    <TextField
      data-search
      type="search"
      size="small"
      label={label}
      inputRef={input}
      value={text}
      onChange={(event) => {
        setText(event.target.value);
        onChange(event.target.value);
      }}
      sx={{ flex: '1 1 16rem', width: '100%', maxWidth: mostPx }}
    />
  );
}
