import { mdiCrownOutline, mdiDeleteOutline, mdiDownload, mdiLightningBoltOutline } from '@mdi/js';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Checkbox from '@mui/material/Checkbox';
import Chip from '@mui/material/Chip';
import IconButton from '@mui/material/IconButton';
import Stack from '@mui/material/Stack';
import Tooltip from '@mui/material/Tooltip';
import Typography from '@mui/material/Typography';
import { useState } from 'react';
import { Link as RouterLink } from 'react-router';
import { CHAMPION, downloadAddress, useChange, useDeleteVersion } from '@/api/models';
import type { ModelVersion } from '@/api/types';
import { useAnnouncer } from '@/components/Announcer';
import { ConfirmDialog } from '@/components/ConfirmDialog';
import { Icon } from '@/components/Icon';
import { useWords } from '@/i18n/useWords';

interface Props {
  modelId: string;
  versions: readonly ModelVersion[];
  compared: readonly string[];
  /** The one whose lineage is shown. */
  shown: string;
  onCompare: (version: string) => void;
  onShow: (version: string) => void;
}

/** Every version with its score, names and what can be done with it, newest first. */
export function Versions({ modelId, versions, compared, shown, onCompare, onShow }: Props) {
  const { t, format } = useWords();
  const { toast } = useAnnouncer();
  const change = useChange(modelId);
  const remove = useDeleteVersion(modelId);
  const [leaving, setLeaving] = useState<string | null>(null);
  const promote = (version: string) =>
    change.mutate(
      { kind: 'alias', alias: CHAMPION, version },
      {
        onSuccess: () => toast({ text: t('models:alias.moved', { alias: CHAMPION, version }) }),
        onError: (error) =>
          toast({ text: `${t('models:alias.failed')} ${error.message} ${t('models:alias.kept')}`, severity: 'error' }),
      },
    );
  return (
    <Box component="ul" sx={{ listStyle: 'none', m: 0, p: 0 }}>
      {versions.map((each) => {
        const name = t('models:version.name', { version: each.version });
        return (
          <Stack
            key={each.version}
            component="li"
            aria-label={name}
            direction="row"
            sx={{
              gap: 1,
              py: 1,
              px: 1,
              mx: -1,
              flexWrap: 'wrap',
              alignItems: 'center',
              // A tint would take contrast from the chips.
              borderLeft: 3,
              borderColor: each.version === shown && versions.length > 1 ? 'primary.main' : 'transparent',
            }}
          >
            {versions.length > 1 && (
              <Checkbox
                size="small"
                checked={compared.includes(each.version)}
                onChange={() => onCompare(each.version)}
                slotProps={{ input: { 'aria-label': t('models:compare.choose', { version: each.version }) } }}
              />
            )}
            <Box sx={{ flex: '1 1 15rem', minWidth: 0 }}>
              <Stack direction="row" sx={{ gap: 1, alignItems: 'center', flexWrap: 'wrap' }}>
                <Button size="small" sx={{ minWidth: 0, px: 0.5 }} onClick={() => onShow(each.version)}>
                  {name}
                </Button>
                {each.aliases.map((alias) => (
                  <Chip
                    key={alias}
                    label={alias}
                    color={alias === CHAMPION ? 'success' : 'default'}
                    variant="outlined"
                    icon={alias === CHAMPION ? <Icon path={mdiCrownOutline} /> : undefined}
                  />
                ))}
                {each.variant === 'fast' && (
                  <Tooltip title={t('models:variant.help.fast')}>
                    <Chip
                      label={t('models:variant.fast')}
                      variant="outlined"
                      icon={<Icon path={mdiLightningBoltOutline} />}
                    />
                  </Tooltip>
                )}
              </Stack>
              <Typography variant="body2" color="textSecondary" className="tabular" sx={{ overflowWrap: 'anywhere' }}>
                {[
                  each.label,
                  `${each.metric} ${format.score(each.score)}`,
                  each.test_score !== null && `${t('models:version.test')} ${format.score(each.test_score)}`,
                  format.bytes(each.size_bytes),
                  format.dateTime(each.created_at),
                ]
                  .filter(Boolean)
                  .join(' · ')}
              </Typography>
            </Box>
            {!each.aliases.includes(CHAMPION) && (
              <Button size="small" variant="outlined" disabled={change.isPending} onClick={() => promote(each.version)}>
                {t('models:version.promote')}
              </Button>
            )}
            <Button
              size="small"
              component={RouterLink}
              to={`/models/${modelId}/predict?version=${encodeURIComponent(each.version)}`}
            >
              {t('models:version.predict')}
            </Button>
            <Button
              size="small"
              component={RouterLink}
              to={`/models/${modelId}/report?version=${encodeURIComponent(each.version)}`}
            >
              {t('models:version.report')}
            </Button>
            <Button
              size="small"
              component="a"
              href={downloadAddress(modelId, each.version)}
              download
              startIcon={<Icon path={mdiDownload} />}
            >
              {t('shell:action.download')}
            </Button>
            {versions.length > 1 && each.aliases.length === 0 && (
              <IconButton
                size="small"
                color="error"
                disabled={remove.isPending}
                aria-label={t('models:version.delete', { version: each.version })}
                onClick={() => setLeaving(each.version)}
              >
                <Icon path={mdiDeleteOutline} />
              </IconButton>
            )}
          </Stack>
        );
      })}
      <ConfirmDialog
        open={leaving !== null}
        title={t('models:version.deleteTitle', { version: leaving ?? '' })}
        text={t('models:version.deleteText')}
        confirm={t('shell:action.delete')}
        dangerous
        busy={remove.isPending}
        onConfirm={() =>
          remove.mutate(leaving ?? '', {
            onSuccess: () => toast({ text: t('models:version.deleted', { version: leaving ?? '' }) }),
            onError: (error) => toast({ text: error.message, severity: 'error' }),
            onSettled: () => setLeaving(null),
          })
        }
        onClose={() => setLeaving(null)}
      />
    </Box>
  );
}
