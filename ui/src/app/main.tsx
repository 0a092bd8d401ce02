import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { takeCode } from '@/api/session';
import { startLanguage } from '@/i18n/setup';
import { App } from './App';

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');

// Before anything else may look at the address.
const code = takeCode();
startLanguage().then(() => {
  createRoot(root).render(
    <StrictMode>
      <App code={code} />
    </StrictMode>,
  );
});
