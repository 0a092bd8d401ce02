import MenuItem from '@mui/material/MenuItem';
import TextField from '@mui/material/TextField';
import { useDataset, useDatasets, useProfile } from '@/api/queries';
import { Link } from '@/components/Link';
import { PageHeader, Section } from '@/components/Section';
import { Asked, EmptyState } from '@/components/States';
import { useWords } from '@/i18n/useWords';
import { useAddress } from '@/lib/useAddress';
import { JobForm } from './JobForm';

/** A new fit: data and target stand in the address, so that the form can be linked to. */
export default function NewJobPage() {
  const { t } = useWords();
  const [address, set] = useAddress();
  const id = address.get('dataset') ?? '';
  const datasets = useDatasets(100);
  return (
    <>
      <PageHeader title={t('newJob:title')} subtitle={t('newJob:subtitle')} />
      <Section>
        <Asked
          query={datasets}
          failed={t('dataset:list.failed')}
          isEmpty={(data) => data.pages[0]?.items.length === 0}
          empty={<EmptyState title={t('dataset:list.none')} action={<Link to="/">{t('dataset:list.add')}</Link>} />}
        >
          {(data) => {
            const ready = data.pages.flatMap((page) => page.items).filter(({ state }) => state === 'ready');
            return (
              <TextField
                select
                label={t('newJob:dataset')}
                value={ready.some((each) => each.id === id) ? id : ''}
                onChange={(event) => set({ dataset: event.target.value, target: null, model: null })}
                sx={{ minWidth: 280, maxWidth: '100%' }}
              >
                {ready.map((dataset) => (
                  <MenuItem key={dataset.id} value={dataset.id}>
                    {dataset.name} ({t('shell:table.rows', { count: dataset.rows ?? 0 })})
                  </MenuItem>
                ))}
              </TextField>
            );
          }}
        </Asked>
      </Section>
      {id && <Chosen key={id} id={id} />}
    </>
  );
}

function Chosen({ id }: { id: string }) {
  const { t } = useWords();
  const dataset = useDataset(id);
  const profile = useProfile(id, dataset.data?.state === 'ready');
  return (
    <Asked query={dataset} failed={t('dataset:failed')}>
      {(data) =>
        data.state !== 'ready' ? (
          <EmptyState title={t(`shell:datasetState.${data.state}`)}>
            <Link to={`/datasets/${data.id}`}>{data.name}</Link>
          </EmptyState>
        ) : (
          <Asked query={profile} failed={t('dataset:profileFailed')}>
            {(known) => <JobForm dataset={data} columns={known.columns} />}
          </Asked>
        )
      }
    </Asked>
  );
}
