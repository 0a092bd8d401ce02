import { PageHeader, Section } from '@/components/Section';
import { useWords } from '@/i18n/useWords';
import { DropZone } from './DropZone';
import { Examples } from './Examples';
import { RecentJobs } from './RecentJobs';

/** Where everything begins: a file, or an example; and what has been going on. */
export default function HomePage() {
  const { t } = useWords();
  return (
    <>
      <PageHeader title={t('home:title')} subtitle={t('home:subtitle')} />
      <Section>
        <DropZone />
      </Section>
      <Examples />
      <RecentJobs />
    </>
  );
}
