import { mdiAlertCircle, mdiAlertOutline, mdiCheckCircle } from '@mdi/js';
import Box from '@mui/material/Box';
import Chip from '@mui/material/Chip';
import Typography from '@mui/material/Typography';
import { Icon } from '@/components/Icon';
import { useWords } from '@/i18n/useWords';
import type { Part } from './health';

const LOOK = {
  ok: ['success', mdiCheckCircle],
  degraded: ['warning', mdiAlertOutline],
  down: ['error', mdiAlertCircle],
} as const;

/** A card for each part of the service. */
export function Components({ parts }: { parts: readonly Part[] }) {
  const { t, format } = useWords();
  return (
    <Box
      component="ul"
      sx={{
        listStyle: 'none',
        m: 0,
        p: 0,
        display: 'grid',
        gap: 1.5,
        gridTemplateColumns: 'repeat(auto-fill, minmax(min(100%, 230px), 1fr))',
      }}
    >
      {parts.map((part) => {
        const [color, icon] = LOOK[part.state];
        return (
          <Box
            key={part.name}
            component="li"
            sx={{ border: 1, borderColor: part.state === 'ok' ? 'divider' : `${color}.main`, borderRadius: 1, p: 1.5 }}
          >
            <Box sx={{ display: 'flex', gap: 1, justifyContent: 'space-between', alignItems: 'flex-start' }}>
              <Typography sx={{ fontWeight: 600, overflowWrap: 'anywhere' }}>
                {t(`system:part.${part.name}`, { defaultValue: part.name })}
              </Typography>
              <Chip
                size="small"
                variant="outlined"
                color={color}
                icon={<Icon path={icon} />}
                label={t(`system:state.${part.state}`)}
              />
            </Box>
            <Typography variant="body2" color="textSecondary" className="tabular">
              {[
                part.adapter,
                part.latency_ms !== null &&
                  t('system:health.latency', { time: `${format.number(part.latency_ms, 2)}` }),
                t(part.essential ? 'system:health.essential' : 'system:health.optional'),
              ]
                .filter(Boolean)
                .join(' · ')}
            </Typography>
            {part.detail && (
              <Typography variant="body2" sx={{ mt: 0.5, overflowWrap: 'anywhere' }}>
                {part.detail}
              </Typography>
            )}
          </Box>
        );
      })}
    </Box>
  );
}
