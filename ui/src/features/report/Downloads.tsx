import { mdiDownload } from '@mdi/js';
import Button from '@mui/material/Button';
import Menu from '@mui/material/Menu';
import MenuItem from '@mui/material/MenuItem';
import { useState } from 'react';
import { seg } from '@/api/client';
import type { Report } from '@/api/reports';
import type { FitSpec } from '@/api/types';
import { useAnnouncer } from '@/components/Announcer';
import { Icon } from '@/components/Icon';
import { useWords } from '@/i18n/useWords';
import { saveText } from '@/lib/download';
import { htmlOf, SCRIPT, sha256Base64 } from './file';

/** The report as a file, its data, and the model itself. */
export function Downloads({ report, spec }: { report: Report; spec: FitSpec | null }) {
  const { t, language } = useWords();
  const { toast } = useAnnouncer();
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const name = `report-${report.lineage.label}`;
  const saveHtml = async () => {
    setAnchor(null);
    try {
      const answer = await fetch(SCRIPT, { cache: 'no-cache' });
      if (!answer.ok) throw new Error(String(answer.status));
      const html = await htmlOf({ report, spec, language }, await answer.text(), sha256Base64);
      saveText(html, `${name}.html`, 'text/html');
    } catch (error) {
      toast({
        text: `${t('report:download.failed')} ${error instanceof Error ? error.message : ''}`,
        severity: 'error',
      });
    }
  };
  return (
    <>
      <Button
        variant="outlined"
        startIcon={<Icon path={mdiDownload} />}
        aria-haspopup="menu"
        onClick={(event) => setAnchor(event.currentTarget)}
      >
        {t('shell:action.download')}
      </Button>
      <Menu anchorEl={anchor} open={anchor !== null} onClose={() => setAnchor(null)}>
        <MenuItem onClick={saveHtml}>{t('report:download.html')}</MenuItem>
        <MenuItem
          component="a"
          href={`/v1/models/${seg(`${report.model_id}@${report.version}`)}/download`}
          download
          onClick={() => setAnchor(null)}
        >
          {t('report:download.package')}
        </MenuItem>
        <MenuItem
          onClick={() => {
            setAnchor(null);
            saveText(JSON.stringify(report, null, 2), `${name}.json`, 'application/json');
          }}
        >
          {t('report:download.json')}
        </MenuItem>
      </Menu>
    </>
  );
}
