import { mdiDeleteOutline, mdiDownload, mdiPlay } from '@mdi/js';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Tab from '@mui/material/Tab';
import Tabs from '@mui/material/Tabs';
import Typography from '@mui/material/Typography';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link as RouterLink, useNavigate, useParams } from 'react-router';
import { api, seg } from '@/api/client';
import { useDataset, useProfile } from '@/api/queries';
import type { Dataset } from '@/api/types';
import { useAnnouncer } from '@/components/Announcer';
import { ConfirmDialog } from '@/components/ConfirmDialog';
import { ErrorPanel } from '@/components/ErrorPanel';
import { Icon } from '@/components/Icon';
import { PageHeader, Section } from '@/components/Section';
import { DatasetChip } from '@/components/StateChip';
import { Asked, Bar } from '@/components/States';
import { useWords } from '@/i18n/useWords';
import { useAddress } from '@/lib/useAddress';
import { AssociationsPanel } from './AssociationsPanel';
import { ChecksPanel } from './ChecksPanel';
import { ColumnCards } from './ColumnCards';
import { DialectPanel } from './DialectPanel';
import { Findings, Rejected } from './Findings';
import { PreviewGrid } from './PreviewGrid';
import { VersionList } from './VersionList';

const TABS = ['columns', 'rows', 'associations', 'checks', 'reading'] as const;
type TabName = (typeof TABS)[number];

/** One data set: its columns, rows, checks for a target, and how it was read. */
export default function DatasetPage() {
  const { datasetId = '' } = useParams();
  const { t } = useWords();
  const dataset = useDataset(datasetId);
  return (
    <Asked query={dataset} failed={t('dataset:failed')}>
      {(data) => <Shown dataset={data} />}
    </Asked>
  );
}

function Actions({ dataset }: { dataset: Dataset }) {
  const { t } = useWords();
  const navigate = useNavigate();
  const client = useQueryClient();
  const { toast } = useAnnouncer();
  const [asking, setAsking] = useState(false);
  const remove = useMutation({
    mutationFn: () => api.delete(`/v1/datasets/${seg(dataset.id)}`),
    onSuccess: () => {
      client.removeQueries({ queryKey: ['dataset', dataset.id] });
      client.invalidateQueries({ queryKey: ['datasets'] });
      toast({ text: t('dataset:removed', { name: dataset.name }) });
      navigate('/datasets');
    },
    onSettled: () => setAsking(false),
  });
  return (
    <>
      <Button color="error" startIcon={<Icon path={mdiDeleteOutline} />} onClick={() => setAsking(true)}>
        {t('shell:action.delete')}
      </Button>
      {dataset.state === 'ready' && (
        <>
          <Button
            component="a"
            href={`/v1/datasets/${seg(dataset.id)}/download`}
            download={dataset.filename ?? dataset.name}
            startIcon={<Icon path={mdiDownload} />}
          >
            {t('shell:action.download')}
          </Button>
          <Button
            component={RouterLink}
            to={`/jobs/new?dataset=${dataset.id}`}
            variant="contained"
            startIcon={<Icon path={mdiPlay} />}
          >
            {t('dataset:train')}
          </Button>
        </>
      )}
      <ConfirmDialog
        open={asking}
        title={t('dataset:delete.title', { name: dataset.name })}
        text={t('dataset:delete.text')}
        confirm={t('shell:action.delete')}
        dangerous
        busy={remove.isPending}
        onConfirm={() => remove.mutate()}
        onClose={() => setAsking(false)}
      />
      {remove.error && (
        <Box sx={{ width: '100%' }}>
          <ErrorPanel
            error={remove.error}
            title={t('dataset:delete.failed', { name: dataset.name })}
            unchanged={t('shell:error.unchanged')}
          />
        </Box>
      )}
    </>
  );
}

function Shown({ dataset }: { dataset: Dataset }) {
  const { t, format } = useWords();
  const [address, set] = useAddress();
  const isReady = dataset.state === 'ready';
  const profile = useProfile(dataset.id, isReady);
  const asked = address.get('tab') as TabName | null;
  const tab = asked && TABS.includes(asked) ? asked : 'columns';
  const facts = [
    dataset.rows !== null && t('shell:table.rows', { count: dataset.rows }),
    dataset.columns !== null && t('dataset:columnCount', { count: dataset.columns }),
    format.bytes(dataset.size_bytes),
    dataset.ingest_s !== null && t('dataset:readIn', { time: format.duration(dataset.ingest_s) }),
  ].filter(Boolean);
  return (
    <>
      <PageHeader
        title={dataset.name}
        subtitle={
          <Box component="span" sx={{ display: 'flex', gap: 1, flexWrap: 'wrap', alignItems: 'center' }}>
            <DatasetChip state={dataset.state} />
            <span className="tabular">{facts.join(' · ')}</span>
          </Box>
        }
        actions={<Actions dataset={dataset} />}
      />
      {(dataset.state === 'processing' || dataset.state === 'uploading') && (
        <Section>
          <Typography gutterBottom>{t(`dataset:waiting.${dataset.state}`)}</Typography>
          <Bar value={null} label={t(`dataset:waiting.${dataset.state}`)} />
        </Section>
      )}
      {dataset.state === 'rejected' && (
        <>
          <Rejected failure={dataset.error} />
          <Section title={t('dataset:tab.reading')}>
            <DialectPanel dataset={dataset} dialect={null} />
          </Section>
        </>
      )}
      {isReady && (
        <>
          <Tabs
            value={tab}
            onChange={(_, next: TabName) => set({ tab: next })}
            variant="scrollable"
            allowScrollButtonsMobile
            aria-label={t('dataset:tabs')}
            sx={{ mb: 2, borderBottom: 1, borderColor: 'divider' }}
          >
            {TABS.map((name) => (
              <Tab
                key={name}
                value={name}
                id={`tab-${name}`}
                aria-controls="tab-panel"
                label={t(`dataset:tab.${name}`)}
              />
            ))}
          </Tabs>
          <Box role="tabpanel" id="tab-panel" aria-labelledby={`tab-${tab}`}>
            <Asked query={profile} failed={t('dataset:profileFailed')}>
              {(known) => (
                <>
                  {tab === 'columns' && <ColumnCards dataset={dataset} profile={known} />}
                  {tab === 'rows' && <PreviewGrid dataset={dataset} columns={known.columns} />}
                  {tab === 'associations' && <AssociationsPanel datasetId={dataset.id} />}
                  {tab === 'checks' && <ChecksPanel dataset={dataset} columns={known.columns} />}
                  {tab === 'reading' && (
                    <>
                      <Section title={t('dataset:reading.how')}>
                        <DialectPanel dataset={dataset} dialect={known.dialect ?? null} />
                      </Section>
                      <Findings findings={known.findings ?? []} />
                      <VersionList dataset={dataset} />
                    </>
                  )}
                </>
              )}
            </Asked>
          </Box>
        </>
      )}
    </>
  );
}
