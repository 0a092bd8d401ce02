import Button from '@mui/material/Button';
import { useMemo } from 'react';
import { Link as RouterLink, useParams } from 'react-router';
import { useJob } from '@/api/queries';
import { type Report, useReport } from '@/api/reports';
import type { FitSpec } from '@/api/types';
import { PageHeader } from '@/components/Section';
import { Asked } from '@/components/States';
import { useWords } from '@/i18n/useWords';
import { useAddress } from '@/lib/useAddress';
import { Downloads } from './Downloads';
import { Explain } from './Explain';
import { type Place, PlaceProvider } from './place';
import { ReportView } from './ReportView';

export default function ReportPage() {
  const { model = '' } = useParams();
  const { t } = useWords();
  const [address, set] = useAddress();
  const report = useReport(model, address.get('version'));
  const place = useMemo<Place>(() => ({ get: (name) => address.get(name), set, linked: true }), [address, set]);
  return (
    <PlaceProvider value={place}>
      <Asked query={report} failed={t('report:failed')} lines={10}>
        {(found) => <Loaded report={found} />}
      </Asked>
    </PlaceProvider>
  );
}

function Loaded({ report }: { report: Report }) {
  const { t } = useWords();
  // The job may be deleted; the report stands without it.
  const job = useJob(report.lineage.job_id);
  const spec = (job.data?.spec as FitSpec | undefined) ?? null;
  const ready = report.dependence.data !== null && report.importance.data !== null;
  return (
    <>
      <PageHeader
        title={t('report:title', { target: report.target })}
        subtitle={`${report.lineage.label} · ${t(`shell:task.${report.task}`)} · ${report.metric}`}
        actions={
          <>
            <Button variant="contained" component={RouterLink} to={`/models/${report.model_id}/predict`}>
              {t('report:predict')}
            </Button>
            <Downloads report={report} spec={spec} />
          </>
        }
      />
      <ReportView report={report} spec={spec} explain={ready ? <Explain report={report} /> : undefined} />
    </>
  );
}
