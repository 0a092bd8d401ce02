import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Checkbox from '@mui/material/Checkbox';
import FormControlLabel from '@mui/material/FormControlLabel';
import MenuItem from '@mui/material/MenuItem';
import Stack from '@mui/material/Stack';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { type FormEvent, useState } from 'react';
import type { Dataset, Profile, ReadOptions } from '@/api/types';
import { ErrorPanel } from '@/components/ErrorPanel';
import { useWords } from '@/i18n/useWords';
import { useReread } from './useReread';

const ENCODINGS = ['utf-8', 'utf-16', 'cp1251', 'koi8-r', 'cp1252', 'iso-8859-1', 'gb18030', 'big5', 'shift_jis'];
const DELIMITERS: Record<string, string> = { ',': ',', ';': ';', '\t': 'Tab', '|': '|', ' ': '␣' };
const FOUND = '';

type Choices = Record<'encoding' | 'delimiter' | 'decimal' | 'header' | 'skip_rows' | 'sheet' | 'date_order', string>;
const SWITCHES = ['replace_bad_bytes', 'rename_duplicates', 'pad_short_rows'] as const;

/** How the file was read, and another way to read the same bytes. */
export function DialectPanel({ dataset, dialect }: { dataset: Dataset; dialect: Profile['dialect'] | null }) {
  const { t } = useWords();
  const reread = useReread(dataset);
  const given = dataset.options as Partial<ReadOptions>;
  const [choices, setChoices] = useState<Choices>({
    encoding: given.encoding ?? FOUND,
    delimiter: given.delimiter ?? FOUND,
    decimal: given.decimal ?? FOUND,
    header: given.header === undefined || given.header === null ? FOUND : String(given.header),
    skip_rows: given.skip_rows === undefined || given.skip_rows === null ? FOUND : String(given.skip_rows),
    sheet: given.sheet ?? FOUND,
    date_order: given.date_order ?? FOUND,
  });
  const [switches, setSwitches] = useState(SWITCHES.filter((name) => given[name]));
  const found = (name: string): string => {
    const value = dialect?.[name];
    if (value === undefined || value === null) return t('dataset:reading.auto');
    const shown =
      typeof value === 'boolean'
        ? t(value ? 'dataset:reading.yes' : 'dataset:reading.no')
        : (DELIMITERS[String(value)] ?? String(value));
    return t('dataset:reading.found', { value: shown });
  };
  const field = (name: keyof Choices, options?: readonly (readonly [string, string])[]) => (
    <TextField
      select={options !== undefined}
      label={t(`dataset:dialect.${name}`)}
      value={choices[name]}
      onChange={(event) => setChoices({ ...choices, [name]: event.target.value })}
      type={name === 'skip_rows' ? 'number' : undefined}
      slotProps={{
        inputLabel: { shrink: true },
        select: { displayEmpty: true },
        htmlInput: name === 'skip_rows' ? { min: 0, max: 1000 } : undefined,
      }}
      placeholder={found(name)}
    >
      {options && [
        <MenuItem key="found" value={FOUND}>
          {found(name)}
        </MenuItem>,
        ...options.map(([value, label]) => (
          <MenuItem key={value} value={value}>
            {label}
          </MenuItem>
        )),
      ]}
    </TextField>
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const text = (value: string) => (value === FOUND ? null : value);
    reread.mutate({
      encoding: text(choices.encoding),
      delimiter: text(choices.delimiter),
      decimal: text(choices.decimal) as ReadOptions['decimal'],
      header: choices.header === FOUND ? null : choices.header === 'true',
      skip_rows: choices.skip_rows === FOUND ? null : Number(choices.skip_rows),
      sheet: text(choices.sheet),
      date_order: text(choices.date_order) as ReadOptions['date_order'],
      ...Object.fromEntries(SWITCHES.map((name) => [name, switches.includes(name)])),
    });
  };
  const same = (values: readonly string[]) => values.map((value) => [value, value] as const);
  return (
    <Stack component="form" onSubmit={submit} sx={{ gap: 2 }}>
      <Box sx={{ display: 'grid', gap: 1.5, gridTemplateColumns: 'repeat(auto-fill, minmax(min(100%, 210px), 1fr))' }}>
        {field('encoding', same(ENCODINGS))}
        {field('delimiter', Object.entries(DELIMITERS))}
        {field('decimal', same(['.', ',']))}
        {field('header', [
          ['true', t('dataset:reading.yes')],
          ['false', t('dataset:reading.no')],
        ])}
        {field('skip_rows')}
        {field('sheet')}
        {field('date_order', [
          ['day_first', t('dataset:reading.dayFirst')],
          ['month_first', t('dataset:reading.monthFirst')],
        ])}
      </Box>
      <Box>
        {SWITCHES.map((name) => (
          <FormControlLabel
            key={name}
            control={
              <Checkbox
                size="small"
                checked={switches.includes(name)}
                onChange={(_, on) => setSwitches(on ? [...switches, name] : switches.filter((each) => each !== name))}
              />
            }
            label={t(`dataset:dialect.${name}`)}
          />
        ))}
      </Box>
      {reread.error && (
        <ErrorPanel error={reread.error} title={t('dataset:rereadFailed')} unchanged={t('dataset:rereadUnchanged')} />
      )}
      <Stack direction="row" sx={{ gap: 2, alignItems: 'center', flexWrap: 'wrap' }}>
        <Button type="submit" variant="outlined" disabled={reread.isPending}>
          {t('dataset:reread')}
        </Button>
        <Typography variant="caption" color="textSecondary">
          {t('dataset:rereadWhat')}
        </Typography>
      </Stack>
    </Stack>
  );
}
