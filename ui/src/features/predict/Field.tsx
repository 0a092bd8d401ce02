import Autocomplete from '@mui/material/Autocomplete';
import MenuItem from '@mui/material/MenuItem';
import TextField from '@mui/material/TextField';
import type { Feature } from '@/api/models';
import type { ColumnProfile } from '@/api/types';
import { useWords } from '@/i18n/useWords';
import { choicesOf, controlOf } from './row';

interface Props {
  feature: Feature;
  column: ColumnProfile | undefined;
  value: string;
  /** Why this value cannot be used. */
  fault: string | undefined;
  onChange: (value: string) => void;
}

/** One feature, asked for as its type wants. Empty means missing. */
export function Field({ feature, column, value, fault, onChange }: Props) {
  const { t, format } = useWords();
  const control = controlOf(feature, column);
  const range =
    control === 'number' && typeof column?.min === 'number' && typeof column.max === 'number'
      ? t('predict:form.range', { low: format.number(column.min), high: format.number(column.max) })
      : undefined;
  const shared = {
    label: feature.name,
    error: fault !== undefined,
    helperText: fault ?? (value === '' ? t('predict:form.missing') : (range ?? ' ')),
    fullWidth: true,
    size: 'small' as const,
  };
  if (control === 'choice') {
    return (
      <Autocomplete
        freeSolo
        size="small"
        options={choicesOf(column)}
        inputValue={value}
        onInputChange={(_, text) => onChange(text)}
        // Whatever is typed, all known values stay in the list.
        filterOptions={(options, state) => {
          const words = state.inputValue.toLowerCase();
          const found = options.filter((option) => option.toLowerCase().includes(words));
          return options.includes(state.inputValue) ? options : found;
        }}
        renderInput={(params) => <TextField {...params} {...shared} />}
      />
    );
  }
  if (control === 'boolean') {
    return (
      <TextField
        {...shared}
        select
        value={value}
        onChange={(event) => onChange(event.target.value)}
        slotProps={{ select: { displayEmpty: true }, inputLabel: { shrink: true } }}
      >
        <MenuItem value="true">{t('predict:form.yes')}</MenuItem>
        <MenuItem value="false">{t('predict:form.no')}</MenuItem>
        <MenuItem value="">{t('predict:form.missing')}</MenuItem>
      </TextField>
    );
  }
  const isTime = control === 'day' || control === 'moment';
  return (
    <TextField
      {...shared}
      type={control === 'day' ? 'date' : control === 'moment' ? 'datetime-local' : 'text'}
      multiline={control === 'text' && feature.type === 'text'}
      maxRows={6}
      value={value}
      onChange={(event) => onChange(event.target.value)}
      slotProps={{
        htmlInput: control === 'number' ? { inputMode: 'decimal', autoComplete: 'off' } : { autoComplete: 'off' },
        inputLabel: isTime ? { shrink: true } : undefined,
      }}
    />
  );
}
