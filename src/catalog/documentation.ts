/** Where the pages of docs/ are read that a file made for somebody else can link to. */
export const documentation = "https://github.com/mlx-headroom/mlx-headroom/blob/main/docs";
