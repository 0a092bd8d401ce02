import Button from '@mui/material/Button';
import { Component, type ReactNode } from 'react';
import { ErrorPanel } from '@/components/ErrorPanel';
import { EmptyState } from '@/components/States';
import { useWords } from '@/i18n/useWords';

function Shown({ error }: { error: unknown }) {
  const { t } = useWords();
  return (
    <>
      <ErrorPanel error={error} title={t('shell:error.crash')} />
      <EmptyState
        title={t('shell:error.crash')}
        action={<Button onClick={() => window.location.reload()}>{t('shell:error.reload')}</Button>}
      >
        {t('shell:error.crashHint')}
      </EmptyState>
    </>
  );
}

/** Catches what a screen throws, so that the frame around it stays usable. */
export class Crash extends Component<{ children: ReactNode }, { error: unknown }> {
  override state = { error: null as unknown };

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override render() {
    return this.state.error === null ? this.props.children : <Shown error={this.state.error} />;
  }
}
