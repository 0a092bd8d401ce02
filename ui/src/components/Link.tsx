import MuiLink, { type LinkProps } from '@mui/material/Link';
import { Link as RouterLink, type To } from 'react-router';

/** A link to a screen of the page. For a button: `<Button component={RouterLink} to=…>`. */
export function Link({ to, ...props }: { to: To } & Omit<LinkProps<typeof RouterLink>, 'component' | 'href'>) {
  return <MuiLink component={RouterLink} to={to} {...props} />;
}
