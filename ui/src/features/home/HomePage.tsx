import { PageHeader } from '@/components/Section';
import { useWords } from '@/i18n/useWords';

export default function Screen() {
  const { t } = useWords();
  return <PageHeader title={t('shell:nav.home')} />;
}
