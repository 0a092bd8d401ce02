import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Checkbox from '@mui/material/Checkbox';
import Typography from '@mui/material/Typography';
import { Link as RouterLink, useNavigate } from 'react-router';
import { useEnough } from '@/api/enough';
import { CHAMPION } from '@/api/models';
import { useModels } from '@/api/queries';
import type { Model } from '@/api/types';
import { type Column, DataTable } from '@/components/DataTable';
import { Link } from '@/components/Link';
import { SearchField } from '@/components/SearchField';
import { PageHeader, Section } from '@/components/Section';
import { Asked, EmptyState, LoadingState, PartialNote } from '@/components/States';
import { useWords } from '@/i18n/useWords';
import { useAddress } from '@/lib/useAddress';
import { usePaused } from '@/lib/usePaused';
import { Compare } from './Compare';
import { latestOf, toggled } from './comparing';
import { stay, useLeaving } from './leaving';

const PAGE = 100;

export default function ModelsPage() {
  const { t, format } = useWords();
  const navigate = useNavigate();
  const [address, set] = useAddress();
  const words = address.get('q') ?? '';
  // Asked when the typing pauses.
  const search = usePaused(words.trim(), 250);
  const models = useModels(PAGE, search);
  const found = models.data?.pages.flatMap((page) => page.items) ?? [];
  useEnough(models, found.length, search !== '');
  // What was chosen or is on its way out stays so whatever is searched for.
  const newest = useModels(PAGE).data?.pages.flatMap((page) => page.items) ?? [];
  const all = [...new Map([...newest, ...found].map((each) => [each.id, each])).values()];
  const leaving = useLeaving();
  const gone = all.filter(({ id }) => leaving.has(id));
  const shown = found.filter(({ id }) => !leaving.has(id));
  const compared = latestOf(
    address.get('compare'),
    all.filter(({ id }) => !leaving.has(id)),
  );
  const chosen = compared.map((each) => each.model_id);
  const columns: Column<Model>[] = [
    {
      id: 'compare',
      header: t('models:compare.column'),
      value: (row) => chosen.includes(row.id),
      cell: (row) => (
        <Checkbox
          size="small"
          sx={{ p: 0 }}
          checked={chosen.includes(row.id)}
          disabled={row.latest === null}
          // The row itself leads to the model.
          onClick={(event) => event.stopPropagation()}
          onKeyDown={(event) => event.stopPropagation()}
          onChange={() => set({ compare: toggled(chosen, row.id).join(',') || null })}
          slotProps={{ input: { 'aria-label': t('models:compare.chooseModel', { name: row.name }) } }}
        />
      ),
      sortable: false,
      width: 100,
    },
    {
      id: 'name',
      header: t('models:list.name'),
      value: (row) => row.name,
      cell: (row) => <Link to={`/models/${row.id}`}>{row.name}</Link>,
      width: 240,
    },
    {
      id: 'task',
      header: t('models:list.task'),
      value: (row) => (row.latest ? t(`shell:task.${row.latest.task}`) : ''),
      width: 130,
    },
    { id: 'metric', header: t('models:list.metric'), value: (row) => row.latest?.metric, width: 110 },
    {
      id: 'score',
      header: t('models:list.score'),
      value: (row) => row.latest?.score,
      cell: (row) => format.score(row.latest?.score),
      numeric: true,
      width: 100,
    },
    {
      id: 'versions',
      header: t('models:list.versions'),
      value: (row) => row.versions.length,
      numeric: true,
      width: 90,
    },
    { id: 'champion', header: CHAMPION, value: (row) => row.aliases[CHAMPION], numeric: true, width: 100 },
    {
      id: 'created',
      header: t('models:list.created'),
      value: (row) => row.created_at,
      cell: (row) => format.dateTime(row.created_at),
      width: 200,
    },
  ];
  const newJob = (
    <Button variant="contained" component={RouterLink} to="/jobs/new">
      {t('shell:nav.newJob')}
    </Button>
  );
  return (
    <>
      <PageHeader title={t('models:list.title')} subtitle={t('models:list.subtitle')} />
      <Section>
        {gone.map((model) => (
          <Alert
            key={model.id}
            severity="info"
            variant="outlined"
            sx={{ mb: 1.5 }}
            action={
              <Button size="small" color="inherit" onClick={() => stay(model.id)}>
                {t('shell:action.undo')}
              </Button>
            }
          >
            {t('models:delete.going', { name: model.name })}
          </Alert>
        ))}
        <Box sx={{ mb: 1.5 }}>
          <SearchField label={t('models:list.search')} value={words} onChange={(next) => set({ q: next || null })} />
        </Box>
        <Asked
          query={models}
          failed={t('models:list.failed')}
          lines={6}
          isEmpty={() => found.length === 0 && search === '' && !models.isPlaceholderData}
          empty={
            <EmptyState title={t('models:list.empty')} action={newJob}>
              {t('models:list.emptyWhy')}
            </EmptyState>
          }
        >
          {() => (
            <>
              {models.error !== null && <PartialNote reason={t('models:list.old')} />}
              {shown.length === 0 ? (
                models.hasNextPage || models.isPlaceholderData ? (
                  <LoadingState lines={6} />
                ) : (
                  <EmptyState title={t('models:list.noMatch')} />
                )
              ) : (
                <DataTable
                  label={t('models:list.title')}
                  rows={shown}
                  columns={columns}
                  rowKey={({ id }) => id}
                  onRowClick={({ id }) => navigate(`/models/${id}`)}
                />
              )}
              <Typography variant="caption" color="textSecondary" role="status" component="p" sx={{ mt: 1 }}>
                {t('models:list.loaded', { count: found.length, formatted: format.integer(found.length) })}
              </Typography>
              {models.hasNextPage && (
                <Button onClick={() => void models.fetchNextPage()} disabled={models.isFetchingNextPage}>
                  {t('shell:state.more')}
                </Button>
              )}
            </>
          )}
        </Asked>
      </Section>
      {compared.length > 1 && (
        <Section
          title={t('models:compare.titleModels')}
          actions={
            <Button size="small" onClick={() => set({ compare: null })}>
              {t('models:compare.clear')}
            </Button>
          }
        >
          <Compare
            versions={compared}
            titleOf={({ model_id: id }) => (
              <Link to={`/models/${id}`}>{all.find((each) => each.id === id)?.name ?? id}</Link>
            )}
          />
        </Section>
      )}
    </>
  );
}
