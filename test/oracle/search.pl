# Answers queries, a line each, from a public-inbox: the Message-IDs found, sorted, tabs between them. For search.oracle.ts.
use strict;
use warnings;
use PublicInbox::Inbox;
use PublicInbox::Search;
binmode STDIN, ':utf8';
my $inbox = PublicInbox::Inbox->new({ inboxdir => $ARGV[0], name => 'sample', address => ['sample@example.org'], version => 2 });
my ($search, $over) = ($inbox->search, $inbox->over);
while (my $query = <STDIN>) {
	chomp $query;
	eval {
		$search->query_approxidate($inbox->git, $query);
		my $found = $search->mset($query, { limit => 100000 });
		my %ids = map { $over->get_art($_)->{mid} => 1 } @{$search->mset_to_artnums($found)};
		print join("\t", sort keys %ids), "\n";
	};
	print "error: ", $@ =~ s/\s+/ /gr, "\n" if $@;
}
