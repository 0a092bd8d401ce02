import SvgIcon, { type SvgIconProps } from '@mui/material/SvgIcon';

/** An icon of `@mdi/js`. Decoration: whatever it says is also said in words beside it. */
export function Icon({ path, ...props }: { path: string } & SvgIconProps) {
  return (
    <SvgIcon fontSize="small" aria-hidden {...props}>
      <path d={path} />
    </SvgIcon>
  );
}
