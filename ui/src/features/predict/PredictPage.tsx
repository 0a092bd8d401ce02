import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import MenuItem from '@mui/material/MenuItem';
import Stack from '@mui/material/Stack';
import Tab from '@mui/material/Tab';
import Tabs from '@mui/material/Tabs';
import TextField from '@mui/material/TextField';
import { Link as RouterLink, useParams } from 'react-router';
import { CHAMPION, useVersions } from '@/api/models';
import { useModel, useProfile } from '@/api/queries';
import type { ModelVersion } from '@/api/types';
import { Link } from '@/components/Link';
import { PageHeader } from '@/components/Section';
import { Asked, EmptyState, LoadingState } from '@/components/States';
import { useWords } from '@/i18n/useWords';
import { useAddress } from '@/lib/useAddress';
import { Batch } from './Batch';
import { RowPanel } from './RowPanel';

const VIEWS = ['form', 'json', 'batch'] as const;

export default function PredictPage() {
  const { model: name = '' } = useParams();
  const { t } = useWords();
  const [address, set] = useAddress();
  const model = useModel(name);
  const id = model.data?.id ?? '';
  const versions = useVersions(id);
  const view = VIEWS.find((each) => each === address.get('view')) ?? 'form';
  // What stands behind the model's own @ counts too: /models/mdl_1@2/predict.
  const asked = address.get('version') ?? name.split('@')[1] ?? CHAMPION;
  const wanted = model.data?.aliases[asked] ?? asked;
  return (
    <Asked query={model} failed={t('predict:page.failed')} lines={8}>
      {(found) => (
        <>
          <PageHeader
            title={t('predict:page.title', { name: found.name })}
            subtitle={t('predict:page.subtitle', { target: found.latest?.target ?? '' })}
            actions={
              <>
                <Button variant="outlined" component={RouterLink} to={`/models/${found.id}`}>
                  {t('predict:page.model')}
                </Button>
                <Button variant="outlined" component={RouterLink} to={`/models/${found.id}/report`}>
                  {t('predict:page.report')}
                </Button>
              </>
            }
          />
          <Asked
            query={versions}
            failed={t('predict:page.failed')}
            lines={8}
            isEmpty={({ items }) => items.length === 0}
            empty={<EmptyState title={t('predict:page.noVersion')}>{t('predict:page.noVersionWhy')}</EmptyState>}
          >
            {({ items }) => {
              const version = items.find((each) => each.version === wanted) ?? items[0];
              if (!version) return null;
              return (
                <>
                  <Stack direction="row" sx={{ gap: 2, mb: 2, flexWrap: 'wrap', alignItems: 'center' }}>
                    <Tabs
                      value={view}
                      onChange={(_, chosen) => set({ view: chosen === 'form' ? null : chosen })}
                      aria-label={t('predict:page.views')}
                      sx={{ flex: '1 1 auto' }}
                    >
                      {VIEWS.map((each) => (
                        <Tab key={each} value={each} label={t(`predict:page.view.${each}`)} />
                      ))}
                    </Tabs>
                    <TextField
                      select
                      size="small"
                      label={t('predict:page.choose')}
                      value={version.version}
                      onChange={(event) => set({ version: event.target.value || null })}
                      sx={{ minWidth: 200 }}
                    >
                      {items.map((each) => (
                        <MenuItem key={each.version} value={each.version}>
                          {[t('predict:page.version', { version: each.version }), ...each.aliases].join(' · ')}
                        </MenuItem>
                      ))}
                    </TextField>
                  </Stack>
                  <Loaded key={version.version} version={version} view={view} />
                </>
              );
            }}
          </Asked>
        </>
      )}
    </Asked>
  );
}

function Loaded({ version, view }: { version: ModelVersion; view: (typeof VIEWS)[number] }) {
  const { t } = useWords();
  // The dataset may be deleted; then the form starts empty.
  const profile = useProfile(version.dataset_id, true);
  const model = `${version.model_id}@${version.version}`;
  return (
    <>
      {view === 'batch' && <Batch version={version} model={model} />}
      {/* Kept while the file's part is looked at, with the values that were typed. */}
      <Box sx={{ display: view === 'batch' ? 'none' : undefined }}>
        {profile.error && (
          <Alert severity="info" variant="outlined" sx={{ mb: 2 }}>
            {t('predict:page.noProfile')}{' '}
            <Link to={`/datasets/${version.dataset_id}`}>{t('predict:page.dataset')}</Link>
          </Alert>
        )}
        {profile.isPending ? (
          <LoadingState lines={8} />
        ) : (
          <RowPanel version={version} profile={profile.data} model={model} view={view === 'json' ? 'json' : 'form'} />
        )}
      </Box>
    </>
  );
}
