import { mdiPlus } from '@mdi/js';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import { Link as RouterLink, useNavigate } from 'react-router';
import { useEnough } from '@/api/enough';
import { useDatasets } from '@/api/queries';
import type { Dataset } from '@/api/types';
import { type Column, DataTable } from '@/components/DataTable';
import { Icon } from '@/components/Icon';
import { Link } from '@/components/Link';
import { SearchField } from '@/components/SearchField';
import { PageHeader, Section } from '@/components/Section';
import { DatasetChip } from '@/components/StateChip';
import { Asked, EmptyState, LoadingState } from '@/components/States';
import { useWords } from '@/i18n/useWords';
import { useAddress } from '@/lib/useAddress';
import { usePaused } from '@/lib/usePaused';

const PAGE = 100;

/** All data sets, newest first, a page of the list at a time. */
export default function DatasetsPage() {
  const { t, format } = useWords();
  const navigate = useNavigate();
  const [address, set] = useAddress();
  const words = address.get('q') ?? '';
  // Asked when the typing pauses.
  const search = usePaused(words.trim(), 250);
  const datasets = useDatasets(PAGE, search);
  const shown = datasets.data?.pages.flatMap((page) => page.items) ?? [];
  useEnough(datasets, shown.length, search !== '');
  const columns: Column<Dataset>[] = [
    {
      id: 'name',
      header: t('dataset:list.name'),
      value: (row) => row.name,
      cell: (row) => <Link to={`/datasets/${row.id}`}>{row.name}</Link>,
    },
    {
      id: 'state',
      header: t('dataset:list.state'),
      value: (row) => row.state,
      cell: (row) => <DatasetChip state={row.state} />,
    },
    {
      id: 'rows',
      header: t('dataset:list.rows'),
      numeric: true,
      value: (row) => row.rows,
      cell: (row) => (row.rows === null ? '–' : format.integer(row.rows)),
    },
    {
      id: 'columns',
      header: t('dataset:list.columns'),
      numeric: true,
      value: (row) => row.columns,
      cell: (row) => (row.columns === null ? '–' : format.integer(row.columns)),
    },
    {
      id: 'size',
      header: t('dataset:list.size'),
      numeric: true,
      value: (row) => row.size_bytes,
      cell: (row) => format.bytes(row.size_bytes),
    },
    {
      id: 'created',
      header: t('dataset:list.created'),
      value: (row) => row.created_at,
      cell: (row) => format.dateTime(row.created_at),
    },
  ];
  const add = (
    <Button component={RouterLink} to="/" variant="contained" startIcon={<Icon path={mdiPlus} />}>
      {t('dataset:list.add')}
    </Button>
  );
  return (
    <>
      <PageHeader title={t('shell:nav.datasets')} actions={add} />
      <Section>
        <Box sx={{ mb: 1.5 }}>
          <SearchField label={t('dataset:list.search')} value={words} onChange={(next) => set({ q: next || null })} />
        </Box>
        <Asked
          query={datasets}
          failed={t('dataset:list.failed')}
          isEmpty={() => shown.length === 0 && search === '' && words === '' && !datasets.isPlaceholderData}
          empty={<EmptyState title={t('dataset:list.none')} action={add} />}
        >
          {() => (
            <>
              {shown.length > 0 ? (
                <DataTable
                  label={t('shell:nav.datasets')}
                  rows={shown}
                  columns={columns}
                  rowKey={(row) => row.id}
                  onRowClick={(row) => navigate(`/datasets/${row.id}`)}
                  maxHeight={640}
                />
              ) : datasets.hasNextPage || datasets.isPlaceholderData ? (
                <LoadingState lines={6} />
              ) : (
                <EmptyState title={t('dataset:list.noMatch')} />
              )}
              {datasets.hasNextPage && (
                <Button onClick={() => datasets.fetchNextPage()} disabled={datasets.isFetchingNextPage} sx={{ mt: 1 }}>
                  {t('shell:state.more')}
                </Button>
              )}
            </>
          )}
        </Asked>
      </Section>
    </>
  );
}
