"""The quickstart's web page: counts visits in a cluster, through the death of any machine."""
