import Box from '@mui/material/Box';
import { colorAt, useScheme } from '@/charts/palette';

const SHOWN = [0, 1, 2, 3, 4, 5, 6, 7];

/** The colours of charts as they are now. */
export function Swatches() {
  const scheme = useScheme();
  return (
    <Box aria-hidden sx={{ display: 'flex', gap: 0.5, mt: -1, mb: 0.75 }}>
      {SHOWN.map((index) => (
        <Box key={index} sx={{ width: 28, height: 14, borderRadius: 0.5, bgcolor: colorAt(scheme, index) }} />
      ))}
    </Box>
  );
}
