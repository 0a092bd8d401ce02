import Button from '@mui/material/Button';
import { Link as RouterLink } from 'react-router';
import { PageHeader } from '@/components/Section';
import { EmptyState } from '@/components/States';
import { useWords } from '@/i18n/useWords';

export function NotFound() {
  const { t } = useWords();
  return (
    <>
      <PageHeader title={t('shell:error.notFound')} />
      <EmptyState
        title={t('shell:error.notFound')}
        action={
          <Button component={RouterLink} to="/" variant="outlined">
            {t('shell:error.toHome')}
          </Button>
        }
      >
        {t('shell:error.notFoundWhy')}
      </EmptyState>
    </>
  );
}
