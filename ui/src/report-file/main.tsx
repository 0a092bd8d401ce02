/** A report that stands alone: the page's own report over data in the file. */
import Box from '@mui/material/Box';
import Container from '@mui/material/Container';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { PageHeader } from '@/components/Section';
import type { ReportFile } from '@/features/report/file';
import { MemoryPlace } from '@/features/report/place';
import { ReportView } from '@/features/report/ReportView';
import { type Language, setLanguage, startLanguage } from '@/i18n/setup';
import { useWords } from '@/i18n/useWords';
import { AppTheme } from '@/theme/AppTheme';

function Standalone({ content }: { content: ReportFile }) {
  const { t } = useWords();
  const { report, spec } = content;
  return (
    <Container component="main" maxWidth="xl" sx={{ py: 2.5 }}>
      <PageHeader
        title={t('report:title', { target: report.target })}
        subtitle={`${report.lineage.label} · ${t(`shell:task.${report.task}`)} · ${report.metric}`}
      />
      <ReportView report={report} spec={spec} />
      <Box component="footer" sx={{ typography: 'caption', color: 'text.secondary', mt: 2 }}>
        {t('shell:footer.version', { version: report.lineage.libraries.automl ?? '' })}
      </Box>
    </Container>
  );
}

const root = document.getElementById('root');
const content = JSON.parse(document.getElementById('report')?.textContent ?? '') as ReportFile;
if (!root) throw new Error('the file has no #root');
startLanguage()
  .then(() => setLanguage(content.language as Language, false))
  .then(() =>
    createRoot(root).render(
      <StrictMode>
        <AppTheme language={content.language}>
          <QueryClientProvider client={new QueryClient()}>
            <MemoryPlace>
              <Standalone content={content} />
            </MemoryPlace>
          </QueryClientProvider>
        </AppTheme>
      </StrictMode>,
    ),
  );
