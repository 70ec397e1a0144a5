// What the commands are and take, as people read it.

/** The commands. */
export const commandNames = ['validate', 'merge', 'diff'] as const;
export type CommandName = (typeof commandNames)[number];

/** What `hedgerow --help` says. */
export const overview = `Hedgerow reads the Kubernetes YAML of a Hedgehog network fabric.

hedgerow validate [OPTIONS] PATH…         what the fabric would refuse
hedgerow merge BASE OURS THEIRS [OPTIONS]  merge by meaning; also as Git's merge driver
hedgerow diff OLD NEW [--json]            what differs, resource by resource

hedgerow COMMAND --help                   the options of a command, with examples
hedgerow --version                        the version

Colours are for terminals only, and NO_COLOR takes them away.
`;

/** What `hedgerow COMMAND --help` says. */
export const helpOf: Readonly<Record<CommandName, string>> = {
  validate: `hedgerow validate [OPTIONS] PATH…

Says what the admission chain of the fabric would say about files. A PATH is a file, a folder
(all .yaml and .yml files below it, hidden folders apart), a pattern, or - for standard input.
All paths together are one fabric.

  --part             the paths are a part of a fabric: what refers to something that is not
                     among them is not checked, instead of an error
  --settings FILE    the settings of the fabric, in the form of its controller's configuration;
                     without it those of a fresh fabric are assumed
  --crd FILE         the definition of a further kind; may be named several times
  --drop-unknown     unknown fields are warnings, as for a plain API server, not errors
  --format FORMAT    human (default), json, github (annotations), or sarif (2.1.0)

Ends with 0 if there are no errors, 1 if there are, 2 if it could not run.

  hedgerow validate fabrics/dc-east
  hedgerow validate --part --format github 'fabrics/**/*.yaml'
`,
  merge: `hedgerow merge BASE OURS THEIRS [OPTIONS]

Merges two changes of a file by what they mean. Writes the result to standard output. What
contradicts is marked around whole fields, with <<<<<<< ours, ||||||| base, ======= and
>>>>>>> theirs. /dev/null stands for a file that is not there.

  --path NAME        the file's name in messages
  --policy NAME      careful (default): every contradiction is a conflict; draft-first: ours
                     wins; git-first: theirs wins
  --output FILE      writes the result there, which may be one of the three
  --json             prints all conflicts and decisions as JSON

Ends with 0 if the merge is clean, 1 if conflicts are marked, 129 if it could not run.

As Git's merge driver, for all YAML files of a repository:

  git config merge.hedgerow.name 'Hedgerow, by meaning'
  git config merge.hedgerow.driver 'hedgerow merge %O %A %B --path %P --output %A'
  echo '*.yaml merge=hedgerow' >> .gitattributes
`,
  diff: `hedgerow diff OLD NEW [--json]

Says which resources differ between two files or two folders, and in them which fields.
Order, comments and style make no difference. - stands for standard input.

  --json             prints the differences as JSON

Ends with 0 if nothing differs, 1 if something does, 2 if it could not run.

  hedgerow diff old.yaml new.yaml
  git show HEAD~1:fabric.yaml | hedgerow diff - fabric.yaml
`,
};
