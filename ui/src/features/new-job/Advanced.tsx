import { mdiChevronDown } from '@mdi/js';
import Accordion from '@mui/material/Accordion';
import AccordionDetails from '@mui/material/AccordionDetails';
import AccordionSummary from '@mui/material/AccordionSummary';
import Autocomplete from '@mui/material/Autocomplete';
import Box from '@mui/material/Box';
import MenuItem from '@mui/material/MenuItem';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { useFamilies, useModels } from '@/api/queries';
import type { ColumnProfile, Task } from '@/api/types';
import { Icon } from '@/components/Icon';
import { useWords } from '@/i18n/useWords';
import { Configurations } from './Configurations';
import { type Draft, needsColumn, type SplitKind } from './draft';

const SPLITS: SplitKind[] = ['auto', 'random', 'stratified', 'group', 'time', 'fold'];
const SHARES = [0, 0.1, 0.2, 0.3];

interface Props {
  draft: Draft;
  columns: readonly ColumnProfile[];
  target: string;
  task: Task | undefined;
  onChange: (part: Partial<Draft>) => void;
}

/** Folded away: what only some people want to choose for themselves. */
export function Advanced({ draft, columns, target, task, onChange }: Props) {
  const { t, format } = useWords();
  const families = (useFamilies().data?.items ?? []).filter(
    ({ absent, tasks }) => absent === undefined && (!task || tasks?.includes(task)),
  );
  const models = (useModels(100).data?.pages.flatMap((page) => page.items) ?? []).filter(
    ({ id, latest }) => id === draft.model || (latest?.target === target && (!task || latest.task === task)),
  );
  const others = columns.map(({ name }) => name).filter((name) => name !== target);
  const splits = SPLITS.filter((kind) => kind !== 'stratified' || task !== 'regression');
  return (
    <Accordion disableGutters sx={{ mb: 2, borderRadius: 1, '&::before': { display: 'none' } }}>
      <AccordionSummary expandIcon={<Icon path={mdiChevronDown} />}>
        <Typography variant="h2" component="span">
          {t('newJob:advanced.title')}
        </Typography>
      </AccordionSummary>
      <AccordionDetails>
        <Box sx={{ display: 'grid', gap: 2, gridTemplateColumns: 'repeat(auto-fill, minmax(min(100%, 260px), 1fr))' }}>
          <TextField
            select
            label={t('newJob:advanced.test')}
            helperText={t('newJob:advanced.testHelp')}
            value={draft.testShare}
            onChange={(event) => onChange({ testShare: Number(event.target.value) })}
          >
            {SHARES.map((share) => (
              <MenuItem key={share} value={share}>
                {share === 0 ? t('newJob:advanced.none') : format.percent(share, 0)}
              </MenuItem>
            ))}
          </TextField>
          <TextField
            select
            label={t('newJob:advanced.split')}
            helperText={t(`newJob:split.help.${draft.split}`)}
            value={draft.split}
            onChange={(event) => onChange({ split: event.target.value as SplitKind })}
          >
            {splits.map((kind) => (
              <MenuItem key={kind} value={kind}>
                {t(`newJob:split.${kind}`)}
              </MenuItem>
            ))}
          </TextField>
          {needsColumn(draft.split) && (
            <Autocomplete
              options={others}
              value={draft.splitColumn}
              onChange={(_, splitColumn) => onChange({ splitColumn })}
              renderInput={(input) => <TextField {...input} label={t('newJob:advanced.splitColumn')} required />}
            />
          )}
          <Autocomplete
            multiple
            options={others}
            value={draft.exclude}
            onChange={(_, exclude) => onChange({ exclude })}
            renderInput={(input) => <TextField {...input} label={t('newJob:advanced.exclude')} />}
          />
          <Autocomplete
            multiple
            options={families.map(({ name }) => name)}
            getOptionLabel={(name) => families.find((family) => family.name === name)?.title ?? name}
            value={draft.families}
            onChange={(_, chosen) => onChange({ families: chosen })}
            renderInput={(input) => (
              <TextField
                {...input}
                label={t('newJob:advanced.families')}
                helperText={t('newJob:advanced.familiesHelp')}
              />
            )}
          />
          <TextField
            type="number"
            label={t('newJob:advanced.seed')}
            helperText={t('newJob:advanced.seedHelp')}
            value={draft.seed}
            onChange={(event) => onChange({ seed: event.target.value })}
            slotProps={{ htmlInput: { min: 0, max: 2 ** 31 - 1 } }}
          />
          <TextField
            select
            label={t('newJob:advanced.model')}
            helperText={t('newJob:advanced.modelHelp')}
            value={models.some(({ id }) => id === draft.model) ? draft.model : ''}
            onChange={(event) => onChange({ model: event.target.value || null })}
            slotProps={{ select: { displayEmpty: true }, inputLabel: { shrink: true } }}
          >
            <MenuItem value="">{t('newJob:advanced.modelOwn')}</MenuItem>
            {models.map(({ id, name }) => (
              <MenuItem key={id} value={id}>
                {name}
              </MenuItem>
            ))}
          </TextField>
          <TextField
            label={t('newJob:advanced.name')}
            value={draft.name}
            onChange={(event) => onChange({ name: event.target.value })}
            slotProps={{ htmlInput: { maxLength: 200 } }}
          />
        </Box>
        <Configurations
          families={families}
          configurations={draft.configurations}
          onChange={(configurations) => onChange({ configurations })}
        />
      </AccordionDetails>
    </Accordion>
  );
}
