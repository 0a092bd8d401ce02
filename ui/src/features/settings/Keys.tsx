import Box from '@mui/material/Box';
import { Facts } from '@/components/Section';
import { useWords } from '@/i18n/useWords';

const KEYS = [
  ['palette', 'Ctrl K'],
  ['search', '/'],
  ['help', '?'],
  ['home', 'g h'],
  ['datasets', 'g d'],
  ['jobs', 'g j'],
  ['models', 'g m'],
  ['close', 'Esc'],
] as const;

/** What can be done without a mouse, wherever one is. */
export function Keys() {
  const { t } = useWords();
  return (
    <Facts
      items={KEYS.map(([name, keys]) => [
        t(`shell:keys.${name}`),
        <span key={name}>
          {keys.split(' ').map((key) => (
            <Box
              key={key}
              component="kbd"
              sx={{ border: 1, borderColor: 'divider', borderRadius: 1, px: 0.75, mr: 0.5, fontSize: '0.85em' }}
            >
              {key}
            </Box>
          ))}
        </span>,
      ])}
    />
  );
}
