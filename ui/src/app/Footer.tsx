import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { useSystem } from '@/api/queries';
import { useWords } from '@/i18n/useWords';

/** Where the data lies, which version answers, and on what. */
export function Footer() {
  const { t } = useWords();
  const { data } = useSystem();
  return (
    <Box
      component="footer"
      sx={{
        px: 3,
        py: 1,
        pb: { xs: 9, sm: 1 },
        borderTop: 1,
        borderColor: 'divider',
        color: 'text.secondary',
        minHeight: 37,
      }}
    >
      {data && (
        <Typography variant="caption" component="div" sx={{ display: 'flex', flexWrap: 'wrap', columnGap: 2 }}>
          <span>
            {t('shell:footer.version', { version: data.version })},{' '}
            {data.profile === 'cluster' ? t('shell:footer.cluster') : t('shell:footer.embedded')}
          </span>
          <Box component="span" sx={{ overflowWrap: 'anywhere' }}>
            {t('shell:footer.data', { home: data.home })}
          </Box>
        </Typography>
      )}
    </Box>
  );
}
