import { mdiAlertOutline } from '@mdi/js';
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import MenuItem from '@mui/material/MenuItem';
import Paper from '@mui/material/Paper';
import Stack from '@mui/material/Stack';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { useState } from 'react';
import type { ColumnProfile, Dataset, Finding, Profile } from '@/api/types';
import { Distribution } from '@/components/Distribution';
import { ErrorPanel } from '@/components/ErrorPanel';
import { Icon } from '@/components/Icon';
import { EmptyState } from '@/components/States';
import { useWords } from '@/i18n/useWords';
import { useAddress } from '@/lib/useAddress';
import { useReread } from './useReread';

const TYPES = ['number', 'integer', 'boolean', 'date', 'category', 'text', 'id'] as const;
type ColumnType = (typeof TYPES)[number];
const AT_ONCE = 48;

/** A card a column, with another type to choose; changes are read anew all at once. */
export function ColumnCards({ dataset, profile }: { dataset: Dataset; profile: Profile }) {
  const { t } = useWords();
  const reread = useReread(dataset);
  const [address, set] = useAddress();
  const [types, setTypes] = useState<Record<string, ColumnType>>({});
  const [shown, setShown] = useState(AT_ONCE);
  const wanted = (address.get('q') ?? '').toLowerCase();
  const columns = profile.columns.filter(({ name }) => name.toLowerCase().includes(wanted));
  const changed = Object.keys(types).length;
  return (
    <>
      <Stack direction="row" sx={{ mb: 1.5, gap: 1.5, flexWrap: 'wrap', alignItems: 'center' }}>
        <TextField
          data-search
          label={t('dataset:column.search')}
          value={address.get('q') ?? ''}
          onChange={(event) => set({ q: event.target.value || null })}
          sx={{ width: 260 }}
        />
        {changed > 0 && (
          <Alert
            severity="info"
            variant="outlined"
            sx={{ py: 0, alignItems: 'center' }}
            action={
              <>
                <Button size="small" onClick={() => setTypes({})}>
                  {t('shell:action.cancel')}
                </Button>
                <Button
                  size="small"
                  variant="contained"
                  disabled={reread.isPending}
                  onClick={() => reread.mutate({ types })}
                >
                  {t('dataset:reread')}
                </Button>
              </>
            }
          >
            {t('dataset:column.changed', { count: changed })}
          </Alert>
        )}
      </Stack>
      {reread.error && (
        <ErrorPanel error={reread.error} title={t('dataset:rereadFailed')} unchanged={t('dataset:rereadUnchanged')} />
      )}
      {columns.length === 0 && <EmptyState title={t('dataset:column.none')} />}
      <Box sx={{ display: 'grid', gap: 1.5, gridTemplateColumns: 'repeat(auto-fill, minmax(min(100%, 270px), 1fr))' }}>
        {columns.slice(0, shown).map((column) => (
          <ColumnCard
            key={column.name}
            column={column}
            findings={(profile.findings ?? []).filter((finding) => finding.column === column.name)}
            type={types[column.name] ?? (column.type as ColumnType)}
            onType={(type) =>
              setTypes(({ [column.name]: _, ...rest }) =>
                type === column.type ? rest : { ...rest, [column.name]: type },
              )
            }
          />
        ))}
      </Box>
      {columns.length > shown && (
        <Button sx={{ mt: 1.5 }} onClick={() => setShown(shown + AT_ONCE)}>
          {t('shell:state.more')}
        </Button>
      )}
    </>
  );
}

interface CardProps {
  column: ColumnProfile;
  findings: readonly Finding[];
  type: ColumnType;
  onType: (type: ColumnType) => void;
}

function ColumnCard({ column, findings, type, onType }: CardProps) {
  const { t, format } = useWords();
  const notes = [
    column.id_like && t('dataset:column.idLike'),
    column.constant && t('dataset:column.constant'),
    ...findings.filter(({ code }) => code !== 'id_like' && code !== 'constant').map(({ message }) => message),
  ].filter((note): note is string => typeof note === 'string');
  return (
    <Paper component="article" sx={{ p: 1.5, display: 'flex', flexDirection: 'column', gap: 1, minWidth: 0 }}>
      <Stack direction="row" sx={{ gap: 1, alignItems: 'center', justifyContent: 'space-between' }}>
        <Typography variant="h3" noWrap title={column.name}>
          {column.name}
        </Typography>
        <TextField
          select
          variant="standard"
          value={type}
          onChange={(event) => onType(event.target.value as ColumnType)}
          slotProps={{
            select: { 'aria-label': t('dataset:column.typeOf', { name: column.name }) },
            input: { disableUnderline: true },
          }}
          sx={{
            flexShrink: 0,
            '& .MuiSelect-select': {
              py: 0.25,
              fontSize: '0.8rem',
              color: type === column.type ? 'text.secondary' : 'primary.main',
            },
          }}
        >
          {TYPES.map((name) => (
            <MenuItem key={name} value={name}>
              {t(`dataset:type.${name}`)}
            </MenuItem>
          ))}
        </TextField>
      </Stack>
      <Distribution column={column} />
      <Typography variant="caption" color="textSecondary" className="tabular" component="div">
        {[
          t('dataset:column.missing', { share: format.percent(column.missing_share) }),
          column.distinct !== null &&
            t('dataset:column.distinct', {
              number: `${column.distinct_exact ? '' : '≥ '}${format.integer(column.distinct)}`,
            }),
          column.mean !== undefined && t('dataset:column.mean', { value: format.number(column.mean, 3) }),
        ]
          .filter(Boolean)
          .join(' · ')}
      </Typography>
      {notes.map((note) => (
        <Typography
          key={note}
          variant="caption"
          component="div"
          sx={{ display: 'flex', gap: 0.5, color: 'warning.main' }}
        >
          <Icon path={mdiAlertOutline} fontSize="inherit" sx={{ mt: 0.4 }} />
          <span>{note}</span>
        </Typography>
      ))}
    </Paper>
  );
}
