import { mdiChartLine, mdiDownload, mdiFullscreen, mdiFullscreenExit, mdiTable } from '@mdi/js';
import Box from '@mui/material/Box';
import IconButton from '@mui/material/IconButton';
import Menu from '@mui/material/Menu';
import MenuItem from '@mui/material/MenuItem';
import Paper from '@mui/material/Paper';
import Stack from '@mui/material/Stack';
import Tooltip from '@mui/material/Tooltip';
import Typography from '@mui/material/Typography';
import { type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { Icon } from '@/components/Icon';
import { EmptyState } from '@/components/States';
import { useWords } from '@/i18n/useWords';
import { saveText, toCsv } from '@/lib/download';
import { ChartTable } from './ChartTable';
import { savePicture } from './picture';

export interface ChartData {
  header: readonly string[];
  rows: readonly (readonly (string | number | null | undefined)[])[];
}

interface Props {
  title: string;
  /** One sentence on what is seen, below the title. */
  description?: string;
  /** What is drawn, as a table. No rows: the card says that there is nothing yet. */
  data: ChartData;
  height?: number;
  actions?: ReactNode;
  /** Draws at the given height in pixels. */
  children: (height: number) => ReactNode;
}

/** A chart with its table, full screen, and PNG, SVG and CSV files. */
export function ChartCard({ title, description, data, height = 280, actions, children }: Props) {
  const { t } = useWords();
  const id = useId();
  const frame = useRef<HTMLDivElement>(null);
  const [asTable, setAsTable] = useState(false);
  const [full, setFull] = useState(false);
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  useEffect(() => {
    const onChange = () => setFull(document.fullscreenElement === frame.current && frame.current !== null);
    document.addEventListener('fullscreenchange', onChange);
    return () => document.removeEventListener('fullscreenchange', onChange);
  }, []);
  const name = title.replaceAll(/[^\p{L}\p{N}]+/gu, '-').toLowerCase();
  const save = (kind: 'png' | 'svg' | 'csv') => {
    setAnchor(null);
    if (kind === 'csv') saveText(toCsv(data.header, data.rows), `${name}.csv`, 'text/csv');
    else if (frame.current) void savePicture(frame.current, `${name}.${kind}`, kind);
  };
  const button = (label: string, icon: string, onClick: (element: HTMLElement) => void, pressed?: boolean) => (
    <Tooltip title={label}>
      <IconButton
        size="small"
        aria-label={`${label}: ${title}`}
        aria-pressed={pressed}
        onClick={(event) => onClick(event.currentTarget)}
      >
        <Icon path={icon} />
      </IconButton>
    </Tooltip>
  );
  const shown = full ? Math.max(240, window.innerHeight - 120) : height;
  return (
    <Paper
      ref={frame}
      component="figure"
      aria-labelledby={id}
      sx={{ m: 0, p: 1.5, minWidth: 0, height: full ? '100%' : undefined, overflow: 'auto' }}
    >
      <Stack direction="row" sx={{ alignItems: 'flex-start', gap: 1, mb: 0.5 }}>
        <Box component="figcaption" id={id} sx={{ flex: 1, minWidth: 0 }}>
          <Typography variant="h3" component="div">
            {title}
          </Typography>
        </Box>
        {actions}
        {data.rows.length > 0 && (
          <Stack direction="row" sx={{ flexShrink: 0 }}>
            {button(
              asTable ? t('shell:chart.chart') : t('shell:chart.table'),
              asTable ? mdiChartLine : mdiTable,
              () => setAsTable(!asTable),
              asTable,
            )}
            {button(t('shell:chart.export'), mdiDownload, setAnchor)}
            {button(
              full ? t('shell:chart.leaveFull') : t('shell:chart.full'),
              full ? mdiFullscreenExit : mdiFullscreen,
              () => (full ? void document.exitFullscreen() : void frame.current?.requestFullscreen?.()),
            )}
          </Stack>
        )}
      </Stack>
      {description && (
        <Typography
          variant="caption"
          color="textSecondary"
          component="p"
          sx={{ m: 0, mt: data.rows.length > 0 ? { xs: 0, sm: -1.25 } : -0.5, mb: 1 }}
        >
          {description}
        </Typography>
      )}
      <Menu anchorEl={anchor} open={anchor !== null} onClose={() => setAnchor(null)} container={() => frame.current}>
        <MenuItem disabled={asTable} onClick={() => save('png')}>
          {t('shell:chart.png')}
        </MenuItem>
        <MenuItem disabled={asTable} onClick={() => save('svg')}>
          {t('shell:chart.svg')}
        </MenuItem>
        <MenuItem onClick={() => save('csv')}>{t('shell:chart.csv')}</MenuItem>
      </Menu>
      {data.rows.length === 0 ? (
        <EmptyState title={t('shell:chart.empty')} />
      ) : asTable ? (
        <ChartTable label={title} data={data} height={shown} />
      ) : (
        <Box sx={{ minHeight: shown }}>{children(shown)}</Box>
      )}
    </Paper>
  );
}
