import { PageHeader } from '@/components/Section';
import { EmptyState } from '@/components/States';
import { useWords } from '@/i18n/useWords';

/** Stands where a screen will be. Nothing in the navigation leads here. */
export default function Unmade() {
  const { t } = useWords();
  return (
    <>
      <PageHeader title={t('shell:error.notFound')} />
      <EmptyState title={t('shell:state.empty')} />
    </>
  );
}
