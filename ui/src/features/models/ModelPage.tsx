import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import { useState } from 'react';
import { Link as RouterLink, useNavigate, useParams } from 'react-router';
import { CHAMPION, useVersions } from '@/api/models';
import { useModel } from '@/api/queries';
import type { Model, ModelVersion } from '@/api/types';
import { ConfirmDialog } from '@/components/ConfirmDialog';
import { CopyButton } from '@/components/CopyButton';
import { PageHeader, Section } from '@/components/Section';
import { Asked, EmptyState, PartialNote } from '@/components/States';
import { useWords } from '@/i18n/useWords';
import { useAddress } from '@/lib/useAddress';
import { Aliases } from './Aliases';
import { Compare } from './Compare';
import { chosenOf, toggled } from './comparing';
import { Fast } from './Fast';
import { Lineage } from './Lineage';
import { stay, useLeaving } from './leaving';
import { Rename } from './Rename';
import { useDelete } from './useDelete';
import { Versions } from './Versions';

export default function ModelPage() {
  const { model = '' } = useParams();
  const { t } = useWords();
  const found = useModel(model);
  return (
    <Asked query={found} failed={t('models:page.failed')} lines={8}>
      {(loaded) => <Loaded model={loaded} />}
    </Asked>
  );
}

function Loaded({ model }: { model: Model }) {
  const { t, format } = useWords();
  const navigate = useNavigate();
  const remove = useDelete();
  const versions = useVersions(model.id);
  const isLeaving = useLeaving().has(model.id);
  const [open, setOpen] = useState<'rename' | 'delete' | null>(null);
  const close = () => setOpen(null);
  const { latest } = model;
  return (
    <>
      <PageHeader
        title={model.name}
        subtitle={
          <>
            {latest && `${t('models:page.predicts', { target: latest.target })} · ${t(`shell:task.${latest.task}`)} · `}
            {format.dateTime(model.created_at)} ·{' '}
            <Box component="span" sx={{ whiteSpace: 'nowrap' }}>
              <code>{model.id}</code>
              <CopyButton text={model.id} />
            </Box>
          </>
        }
        actions={
          <>
            <Button variant="contained" component={RouterLink} to={`/models/${model.id}/predict`}>
              {t('models:version.predict')}
            </Button>
            <Button variant="outlined" component={RouterLink} to={`/models/${model.id}/report`}>
              {t('models:version.report')}
            </Button>
            {latest && (
              <Button
                variant="outlined"
                component={RouterLink}
                to={`/jobs/new?dataset=${latest.dataset_id}&target=${encodeURIComponent(latest.target)}&model=${model.id}`}
              >
                {t('models:page.newVersion')}
              </Button>
            )}
            <Button variant="outlined" onClick={() => setOpen('rename')}>
              {t('shell:action.rename')}
            </Button>
            <Button variant="outlined" color="error" disabled={isLeaving} onClick={() => setOpen('delete')}>
              {t('shell:action.delete')}
            </Button>
          </>
        }
      />
      {isLeaving && (
        <Alert
          severity="info"
          variant="outlined"
          sx={{ mb: 2 }}
          action={
            <Button size="small" color="inherit" onClick={() => stay(model.id)}>
              {t('shell:action.undo')}
            </Button>
          }
        >
          {t('models:delete.going', { name: model.name })}
        </Alert>
      )}
      <Asked
        query={versions}
        failed={t('models:page.versionsFailed')}
        isEmpty={({ items }) => items.length === 0}
        empty={<EmptyState title={t('models:page.noVersion')}>{t('models:page.noVersionWhy')}</EmptyState>}
      >
        {({ items }) => (
          <>
            {versions.error !== null && <PartialNote reason={t('models:list.old')} />}
            <Parts model={model} versions={items} />
          </>
        )}
      </Asked>
      {open === 'rename' && <Rename model={model} onClose={close} />}
      <ConfirmDialog
        open={open === 'delete'}
        title={t('models:delete.title', { name: model.name })}
        text={t('models:delete.text')}
        confirm={t('shell:action.delete')}
        dangerous
        onConfirm={() => {
          close();
          remove(model);
          navigate('/models');
        }}
        onClose={close}
      />
    </>
  );
}

function Parts({ model, versions }: { model: Model; versions: ModelVersion[] }) {
  const { t } = useWords();
  const [address, set] = useAddress();
  const compared = chosenOf(address.get('compare'), versions);
  const names = compared.map(({ version }) => version);
  const wanted = address.get('version') ?? model.aliases[CHAMPION];
  const shown = versions.find(({ version }) => version === wanted) ?? versions[0];
  return (
    <>
      <Section title={t('models:page.versions')}>
        {versions.length > 1 && (
          <Typography variant="body2" color="textSecondary">
            {t('models:compare.how')}
          </Typography>
        )}
        <Versions
          modelId={model.id}
          versions={versions}
          compared={names}
          shown={shown?.version ?? ''}
          onCompare={(version) => set({ compare: toggled(names, version).join(',') || null })}
          onShow={(version) => set({ version })}
        />
      </Section>
      {compared.length > 1 && (
        <Section
          title={t('models:compare.title')}
          actions={
            <Button size="small" onClick={() => set({ compare: null })}>
              {t('models:compare.clear')}
            </Button>
          }
        >
          <Compare versions={compared} />
        </Section>
      )}
      {shown && <Lineage key={shown.version} version={shown} />}
      {shown?.variant === 'ensemble' && <Fast key={`fast ${shown.version}`} version={shown} />}
      <Aliases key={model.versions.join()} model={model} />
    </>
  );
}
