import { mdiPlus } from '@mdi/js';
import Button from '@mui/material/Button';
import { Link as RouterLink, useNavigate } from 'react-router';
import { useDatasets } from '@/api/queries';
import type { Dataset } from '@/api/types';
import { type Column, DataTable } from '@/components/DataTable';
import { Icon } from '@/components/Icon';
import { Link } from '@/components/Link';
import { PageHeader, Section } from '@/components/Section';
import { DatasetChip } from '@/components/StateChip';
import { Asked, EmptyState } from '@/components/States';
import { useWords } from '@/i18n/useWords';

/** All data sets, newest first, a page of the list at a time. */
export default function DatasetsPage() {
  const { t, format } = useWords();
  const navigate = useNavigate();
  const datasets = useDatasets();
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
        <Asked
          query={datasets}
          failed={t('dataset:list.failed')}
          isEmpty={(data) => data.pages[0]?.items.length === 0}
          empty={<EmptyState title={t('dataset:list.none')} action={add} />}
        >
          {(data) => (
            <>
              <DataTable
                label={t('shell:nav.datasets')}
                rows={data.pages.flatMap((page) => page.items)}
                columns={columns}
                rowKey={(row) => row.id}
                onRowClick={(row) => navigate(`/datasets/${row.id}`)}
                maxHeight={640}
              />
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
