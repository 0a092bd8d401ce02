import { mdiArrowRight } from '@mdi/js';
import Box from '@mui/material/Box';
import Tab from '@mui/material/Tab';
import Tabs from '@mui/material/Tabs';
import Typography from '@mui/material/Typography';
import { useState } from 'react';
import type { Report } from '@/api/reports';
import type { FitSpec } from '@/api/types';
import { CopyButton } from '@/components/CopyButton';
import { Icon } from '@/components/Icon';
import { useWords } from '@/i18n/useWords';
import { MONO } from '@/theme/tokens';
import { pythonCode, shellCode } from './recipe';

/** The way of a row through the model, as boxes. */
function Pipeline({ report }: { report: Report }) {
  const { t, format } = useWords();
  const members = report.members.data ?? [];
  const steps: [string, string][] = [
    [t('report:recipe.read'), report.target],
    [t('report:recipe.encode'), t('report:recipe.encodeWhy')],
    [
      t('report:recipe.members', { count: members.length }),
      members
        .map(
          (each) =>
            `${each.name} ${format.percent(each.weight, 0)} (${t('report:recipe.folds', { count: each.folds })})`,
        )
        .join('\n'),
    ],
    [
      t('report:recipe.blend'),
      report.task === 'regression' ? t('report:recipe.mean') : t('report:recipe.probabilities'),
    ],
  ];
  return (
    <Box
      component="ol"
      aria-label={t('report:recipe.pipeline')}
      sx={{
        listStyle: 'none',
        m: 0,
        p: 0,
        display: 'flex',
        gap: 1,
        flexDirection: { xs: 'column', md: 'row' },
        alignItems: 'stretch',
      }}
    >
      {steps.map(([name, what], at) => (
        <Box
          component="li"
          key={name}
          sx={{
            flex: 1,
            minWidth: 0,
            display: 'flex',
            gap: 1,
            alignItems: 'center',
            flexDirection: { xs: 'column', md: 'row' },
          }}
        >
          {at > 0 && (
            <Box sx={{ color: 'text.secondary', transform: { xs: 'rotate(90deg)', md: 'none' }, display: 'flex' }}>
              <Icon path={mdiArrowRight} />
            </Box>
          )}
          <Box
            sx={{
              flex: 1,
              width: '100%',
              height: '100%',
              border: 1,
              borderColor: 'divider',
              borderRadius: 1,
              p: 1.25,
              minWidth: 0,
            }}
          >
            <Typography variant="body2" sx={{ fontWeight: 650 }}>
              {name}
            </Typography>
            <Typography
              variant="caption"
              color="text.secondary"
              sx={{ whiteSpace: 'pre-line', overflowWrap: 'anywhere' }}
            >
              {what}
            </Typography>
          </Box>
        </Box>
      ))}
    </Box>
  );
}

/** How the model is made: drawing, hyperparameters, code. */
export function Recipe({ report, spec }: { report: Report; spec: FitSpec | null }) {
  const { t } = useWords();
  const [tab, setTab] = useState(0);
  const model = `${report.model_id}@${report.version}`;
  const given = spec ?? {
    dataset_id: report.lineage.dataset_id,
    target: report.target,
    metric: report.metric,
    task: report.task,
    budget: { seconds: report.times.data?.budget_s ?? 300 },
  };
  const codes = [pythonCode(given, model), shellCode(given, model)];
  return (
    <Box sx={{ display: 'grid', gap: 2, minWidth: 0 }}>
      <Pipeline report={report} />
      <Box sx={{ display: 'grid', gap: 1, minWidth: 0 }}>
        <Typography variant="h3">{t('report:recipe.params')}</Typography>
        {(report.members.data ?? []).map((member) => (
          <Box
            component="details"
            key={member.name}
            sx={{ border: 1, borderColor: 'divider', borderRadius: 1, px: 1.5, py: 0.75 }}
          >
            <Box component="summary" sx={{ cursor: 'pointer', typography: 'body2' }}>
              {member.name} · {member.family}
            </Box>
            <Box
              component="pre"
              tabIndex={0}
              sx={{ m: 0, mt: 1, fontFamily: MONO, fontSize: '0.78rem', overflowX: 'auto' }}
            >
              {Object.keys(member.params).length ? JSON.stringify(member.params, null, 2) : t('report:recipe.defaults')}
            </Box>
          </Box>
        ))}
      </Box>
      <Box sx={{ minWidth: 0 }}>
        <Box sx={{ display: 'flex', alignItems: 'center', justifyContent: 'space-between', flexWrap: 'wrap' }}>
          <Tabs value={tab} onChange={(_, value: number) => setTab(value)} aria-label={t('report:recipe.code')}>
            <Tab label="Python" id="code-tab-0" aria-controls="code-panel" />
            <Tab label="CLI" id="code-tab-1" aria-controls="code-panel" />
          </Tabs>
          <CopyButton text={codes[tab] ?? ''} label={t('shell:action.copy')} />
        </Box>
        <Box
          component="pre"
          role="tabpanel"
          id="code-panel"
          aria-labelledby={`code-tab-${tab}`}
          tabIndex={0}
          sx={{
            m: 0,
            mt: 1,
            p: 1.5,
            borderRadius: 1,
            bgcolor: 'action.hover',
            fontFamily: MONO,
            fontSize: '0.8rem',
            overflowX: 'auto',
          }}
        >
          {codes[tab]}
        </Box>
      </Box>
    </Box>
  );
}
