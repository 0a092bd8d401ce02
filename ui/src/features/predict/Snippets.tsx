import Box from '@mui/material/Box';
import Tab from '@mui/material/Tab';
import Tabs from '@mui/material/Tabs';
import { useState } from 'react';
import type { Row } from '@/api/predictions';
import { CopyButton } from '@/components/CopyButton';
import { Section } from '@/components/Section';
import { useWords } from '@/i18n/useWords';
import { curlOf, pythonOf } from './question';

/** The row that is shown, as other programs ask for it. */
export function Snippets({ model, row, proba }: { model: string; row: Row; proba: boolean }) {
  const { t } = useWords();
  const [kind, setKind] = useState<'curl' | 'python'>('curl');
  const question = { origin: window.location.origin, model, rows: [row], proba };
  const text = kind === 'curl' ? curlOf(question) : pythonOf(question);
  return (
    <Section title={t('predict:snippet.title')} actions={<CopyButton text={text} label={t('shell:action.copy')} />}>
      <Tabs value={kind} onChange={(_, chosen) => setKind(chosen)} sx={{ minHeight: 36, mb: 1 }}>
        <Tab value="curl" label="curl" sx={{ minHeight: 36 }} />
        <Tab value="python" label="Python" sx={{ minHeight: 36 }} />
      </Tabs>
      <Box
        component="pre"
        // Reached by the keyboard, since it scrolls.
        tabIndex={0}
        aria-label={t('predict:snippet.title')}
        role="group"
        sx={{ m: 0, p: 1.5, borderRadius: 1, bgcolor: 'action.hover', overflow: 'auto', maxHeight: 280 }}
      >
        {text}
      </Box>
    </Section>
  );
}
