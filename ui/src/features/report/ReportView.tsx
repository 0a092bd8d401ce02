import Box from '@mui/material/Box';
import type { ReactNode } from 'react';
import type { Performance, Report } from '@/api/reports';
import type { FitSpec } from '@/api/types';
import { useWords } from '@/i18n/useWords';
import { Checks, LineageView, Times, Tried } from './Background';
import { Binary } from './Binary';
import { Dependence } from './Dependence';
import { ContributionsView, ImportanceView } from './Features';
import { Multiclass } from './Multiclass';
import { Part } from './Part';
import { Recipe } from './Recipe';
import { Regression } from './Regression';
import { Summary } from './Summary';

const PARTS = [
  'summary',
  'performance',
  'importance',
  'dependence',
  'contributions',
  'checks',
  'recipe',
  'tried',
  'times',
  'lineage',
] as const;

interface Props {
  report: Report;
  spec: FitSpec | null;
  /** Explaining single rows needs the service: the page gives it, a file has none. */
  explain?: ReactNode;
}

function PerformancePart({ performance, title }: { performance: Performance; title: string }) {
  switch (performance.task) {
    case 'binary':
      return (
        <Part id="performance" title={title} section={performance}>
          {(data) => <Binary data={data} />}
        </Part>
      );
    case 'multiclass':
      return (
        <Part id="performance" title={title} section={performance}>
          {(data) => <Multiclass data={data} />}
        </Part>
      );
    case 'regression':
      return (
        <Part id="performance" title={title} section={performance}>
          {(data) => <Regression data={data} />}
        </Part>
      );
  }
}

/** The whole report from one value; the same in the page and in a file. */
export function ReportView({ report, spec, explain }: Props) {
  const { t } = useWords();
  const done = { status: 'complete' as const, reason: null };
  return (
    <>
      <Box
        component="nav"
        aria-label={t('report:contents')}
        sx={{ display: 'flex', gap: 0.5, flexWrap: { xs: 'nowrap', md: 'wrap' }, overflowX: 'auto', mb: 2, mx: -0.75 }}
      >
        {PARTS.map((part) => (
          <Box
            component="a"
            key={part}
            href={`#${part}`}
            onClick={(event) => {
              event.preventDefault();
              document.getElementById(part)?.scrollIntoView();
            }}
            sx={{
              px: 1,
              py: 0.5,
              borderRadius: 1,
              typography: 'body2',
              color: 'primary.main',
              textDecoration: 'none',
              whiteSpace: 'nowrap',
              '&:hover': { bgcolor: 'action.hover' },
            }}
          >
            {t(`report:part.${part}`)}
          </Box>
        ))}
      </Box>
      <Part id="summary" title={t('report:part.summary')} section={report.scores}>
        {(data) => <Summary data={data} report={report} />}
      </Part>
      <PerformancePart performance={report.performance} title={t('report:part.performance')} />
      <Part id="importance" title={t('report:part.importance')} section={report.importance}>
        {(data) => <ImportanceView data={data} />}
      </Part>
      <Part id="dependence" title={t('report:part.dependence')} section={report.dependence}>
        {(data) => <Dependence data={data} />}
      </Part>
      <Part id="contributions" title={t('report:part.contributions')} section={report.contributions}>
        {(data) => (
          <>
            <ContributionsView data={data} />
            {explain}
          </>
        )}
      </Part>
      <Part id="checks" title={t('report:part.checks')} section={report.checks}>
        {(data) => <Checks data={data} />}
      </Part>
      <Part id="recipe" title={t('report:part.recipe')} section={{ ...report.members }}>
        {() => <Recipe report={report} spec={spec} />}
      </Part>
      <Part id="tried" title={t('report:part.tried')} section={report.tried}>
        {(data) => <Tried data={data} />}
      </Part>
      <Part id="times" title={t('report:part.times')} section={report.times}>
        {(data) => <Times data={data} />}
      </Part>
      <Part id="lineage" title={t('report:part.lineage')} section={{ ...done, data: report.lineage }}>
        {() => <LineageView report={report} />}
      </Part>
    </>
  );
}
